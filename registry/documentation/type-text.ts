import { z } from "zod";
import type { Field } from "../configuration.ts";
import { anyOf } from "../schema/any-of.ts";

/** What JSON Schema says about a value, as far as it is put in words here. */
const Described = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  get items() {
    return z.union([Described, z.boolean()]).optional(); // false: the list has a fixed number of entries
  },
  get anyOf() {
    return z.array(Described).optional();
  },
});
type Described = z.output<typeof Described>;

/** The type of a setting in words: `whole number, 0 or more`, `"hold" or "exit"`, `list of text`, `secret text`. */
export function typeText({ schema, isSecret }: Field): string {
  const described = Described.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  return isSecret ? `secret ${inWords(described)}` : inWords(described);
}

function inWords(described: Described): string {
  if (described.anyOf !== undefined) {
    const options = described.anyOf.filter(({ type }) => type !== "null").map(inWords);
    return anyOf([...new Set(options)]);
  }
  if (Array.isArray(described.type)) {
    const options = described.type.filter((type) => type !== "null").map((type) => inWords({ ...described, type }));
    return anyOf([...new Set(options)]);
  }
  if (described.enum !== undefined) return anyOf(described.enum.map((value) => JSON.stringify(value)));
  if (described.const !== undefined) return JSON.stringify(described.const);
  switch (described.type) {
    case "integer":
      return `whole number${bounds(described)}`;
    case "number":
      return `number${bounds(described)}`;
    case "boolean":
      return "true or false";
    case "array":
      return typeof described.items === "object" ? `list of ${plural(inWords(described.items))}` : "list";
    case "object":
      return "table";
    default:
      return described.format === "uri" ? "URL" : "text";
  }
}

function plural(words: string): string {
  return words === "text" ? words : `${words}s`;
}

function bounds({ minimum, maximum = Number.MAX_SAFE_INTEGER, exclusiveMinimum }: Described): string {
  if (exclusiveMinimum !== undefined) return `, more than ${exclusiveMinimum}`;
  if (minimum === undefined || minimum === Number.MIN_SAFE_INTEGER) return "";
  return maximum === Number.MAX_SAFE_INTEGER ? `, ${minimum} or more` : `, ${minimum} to ${maximum}`;
}
