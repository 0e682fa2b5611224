import { AgentError, parseJson } from "../../toolkit/index.ts";
import type { Configuration, Field } from "../configuration.ts";
import type { ConfigurationProblem } from "../configuration-error.ts";
import { coerce, isTable, takesJson } from "../schema/coerce.ts";
import { type Found, findInEnvironment, findInFile } from "./found.ts";
import { environmentLayer, type RawValues } from "./layers.ts";
import { type Origin, whereIs } from "./origin.ts";
import type { Sources } from "./sources.ts";

/** What the sources say about one section, before validation. */
export interface Gathered {
  /** The keys that a source sets, except those with a problem. */
  readonly values: RawValues;
  /** Of each key that a source sets, also of those with a problem. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly ConfigurationProblem[];
}

/** Per key: the file's value, else the environment's. Tables that both set are merged, the file's entries winning. */
export function gather(sources: Sources, configuration: Configuration): Gathered {
  const { section, fields } = configuration;
  const values: Record<string, unknown> = {};
  const origins = new Map<string, Origin>();
  const problems: ConfigurationProblem[] = [];
  const variables = new Map(fields.map((field) => [field, findInEnvironment(sources, field)]));
  const layers = environmentLayer(configuration, textsOf(variables));
  for (const field of fields) {
    const { key } = field;
    const below = withParsedText(field, variables.get(field), layers.get(key));
    const found = combine(findInFile(sources, configuration, field), below);
    if (found === undefined) continue;
    const { origin, fault, value } = found;
    origins.set(key, origin);
    if (fault !== undefined) problems.push({ where: whereIs(sources, origin), section, key, ...fault });
    else values[key] = coerce(field.schema, layers.set(key, value).get(key));
  }
  return { values, origins, problems };
}

function textsOf(variables: ReadonlyMap<Field, Found | undefined>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [{ envName }, found] of variables) {
    if (typeof found?.value === "string") texts[envName] = found.value;
  }
  return texts;
}

/** Lists and tables are JSON text in the environment. Where something else will do as well, only those are. */
function withParsedText({ key, schema, isSecret }: Field, found: Found | undefined, text: unknown): Found | undefined {
  const use = takesJson(schema);
  if (found === undefined || typeof text !== "string" || use === "never") return found;
  try {
    const value = parseJson(text);
    return use === "always" || (typeof value === "object" && value !== null) ? { ...found, value } : found;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    if (use === "sometimes") return found;
    const fix = 'Write JSON text, such as ["a", "b"] or {"name": "value"}.';
    const detail = isSecret ? "" : ` ${error.message}`;
    return { ...found, fault: { message: `${key} must be JSON text.${detail}`, fix } };
  }
}

function combine(above: Found | undefined, below: Found | undefined): Found | undefined {
  if (above === undefined || below === undefined) return above ?? below;
  if (above.fault !== undefined || !isTable(above.value)) return above;
  if (below.fault !== undefined) return below;
  if (!isTable(below.value)) return above;
  return { origin: { ...below.origin, ...above.origin }, value: merge(above.value, below.value) };
}

function merge(above: RawValues, below: RawValues): RawValues {
  const merged = Object.entries(above).map(([key, value]): [string, unknown] => {
    const other = below[key];
    return [key, isTable(value) && isTable(other) ? merge(value, other) : value];
  });
  return Object.fromEntries([...Object.entries(below), ...merged]);
}
