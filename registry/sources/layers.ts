import convict from "convict";
import type { Configuration } from "../configuration.ts";

/** Raw values by key. */
export type RawValues = Readonly<Record<string, unknown>>;

/**
 * The environment's layer of a section's values; `set` lays the file's values over it. There is no layer of defaults
 * below: zod fills them in, because it alone knows whether a default is written as given or as it comes out.
 * @param texts by the name of the environment variable
 */
export function environmentLayer(
  configuration: Configuration,
  texts: Record<string, string>,
): convict.Config<RawValues> {
  const schema = configuration.fields.map(({ key, envName }) => [key, { ...ANY_VALUE, env: envName }]);
  return convict<RawValues>(Object.fromEntries(schema), { env: texts, args: [] });
}

/** Keep the format: without one, convict converts text its own way ("5x" becomes 5). */
const ANY_VALUE = { default: undefined, format: "*" };
