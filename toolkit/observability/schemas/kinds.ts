import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { fitsCodePoints } from "../code-points.ts";
import { readDecimal } from "../decimal.ts";
import { maxTextLength } from "../limits.ts";
import { formatWrittenTime, parseTime } from "../timestamp.ts";
import { isAcceptedUrl } from "../url.ts";
import { absent, messages, wrongType } from "./messages.ts";

// The kinds of value of observability-api.md, section 6. Each takes what the server takes, reports all the server reports,
// with its texts, and puts out the normalised value.

type Reading<T> = { readonly value: T } | { readonly refused: string };

/** A kind that zod has not: `read` gets any value that is there. */
export function kind<T>(read: (value: unknown) => Reading<T>) {
  return z.unknown().transform((value, context): T => {
    const missing = absent(value);
    const reading = missing === undefined ? read(value) : { refused: missing };
    if ("value" in reading) return reading.value;
    context.issues.push({ code: "custom", message: reading.refused, input: value });
    return z.NEVER;
  });
}

export const anyText = () => z.string({ error: wrongType(messages.notAText) });

export const nonEmptyText = () => anyText().refine((text) => text !== "", { error: messages.tooShort });

export const textUpTo = (max: number) =>
  anyText().refine((text) => fitsCodePoints(text, max), { error: `Longer than maximum length ${max}.` });

/** 1 to `max` code points. */
export const text = (max: number = maxTextLength) =>
  anyText().refine((value) => value !== "" && fitsCodePoints(value, max), {
    error: `Length must be between 1 and ${max}.`,
  });

/** One of the choices in any letter case, not trimmed. */
export const choice = <const Choices extends readonly string[]>(choices: Choices) =>
  anyText()
    .transform((value) => value.toUpperCase())
    .pipe(z.enum(choices, { error: `Must be one of: ${choices.join(", ")}.` }));

const toolText = /^(?!_)[\p{L}\p{N}_]*(?<!_)$/u;

/** Trimmed, upper case, `_` for each space; the length counts after that. */
export const tool = () =>
  anyText()
    .transform((value) => value.trim().toUpperCase().replaceAll(" ", "_"))
    .pipe(
      z
        .string()
        .refine((value) => toolText.test(value), {
          error: "Tool must be alphanumeric including underscore and space. Underscore may not be leading/trailing",
        })
        .refine((value) => value !== "" && fitsCodePoints(value, maxTextLength), {
          error: `Length must be between 1 and ${maxTextLength}.`,
        }),
    );

/** A number or a text; put out as decimal text. */
export const decimal = () => kind<string>(readDecimalKind);

export function readDecimalKind(value: unknown): Reading<string> {
  const reading = readDecimal(value);
  if ("text" in reading) return { value: reading.text };
  return { refused: reading.problem === "special" ? messages.specialNumber : messages.notANumber };
}

export const url = () =>
  kind<string>((value) =>
    typeof value === "string" && isAcceptedUrl(value) ? { value } : { refused: "Not a valid URL." },
  );

/** Without an offset it is UTC. */
export const time = () => kind<string>((value) => readTime(value, { offsetRequired: false }));

export const timeWithOffset = () => kind<string>((value) => readTime(value, { offsetRequired: true }));

function readTime(value: unknown, { offsetRequired }: { readonly offsetRequired: boolean }): Reading<string> {
  const written = typeof value === "string" ? parseTime(value) : undefined;
  if (written === undefined) return { refused: "Not a valid datetime." };
  if (offsetRequired && written.offsetMinutes === undefined) return { refused: "Not a valid aware datetime." };
  return { value: formatWrittenTime(written) };
}

/** An object with any content, put out as it is. */
export const map = () =>
  kind<JsonObject>((value) => (isJsonObject(value) ? { value } : { refused: "Not a valid mapping type." }));

/** Bodies come from JSON, so an object holds JSON all the way down. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const list = <Item extends z.ZodType>(item: Item) => z.array(item, { error: wrongType(messages.notAList) });

/** An object with exactly these fields. */
export const object = <Fields extends z.core.$ZodLooseShape>(fields: Fields) =>
  z.strictObject(fields, { error: objectError(wrongType(messages.notAnObject)) });

/** As `object`, where null is not told from any other value that is no object: a body, and an item of some lists. */
export const bareObject = <Fields extends z.core.$ZodLooseShape>(fields: Fields) =>
  z.strictObject(fields, { error: objectError(() => messages.notAnObject) });

function objectError(notAnObject: (issue: z.core.$ZodRawIssue) => string) {
  return (issue: z.core.$ZodRawIssue) =>
    issue.code === "unrecognized_keys" ? messages.unknownField : notAnObject(issue);
}

/** May be left out, and may be null. */
export const optional = <Value extends z.ZodType>(value: Value) => z.exactOptional(z.nullable(value));
