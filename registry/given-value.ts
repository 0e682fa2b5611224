import type { Configuration } from "./configuration.ts";
import { type ConfigurationProblem, MISSING } from "./configuration-error.ts";
import type { Fault } from "./sources/found.ts";
import { gather } from "./sources/gather.ts";
import { whereIs } from "./sources/origin.ts";
import type { Sources } from "./sources/sources.ts";

/** What file or environment set a key to, before validation; undefined when neither does, or in a way that is wrong. */
export function givenValue(sources: Sources, configuration: Configuration, key: string): unknown {
  return gather(sources, configuration).values[key];
}

/** A problem that the caller found with a key's value, with the place of that value. */
export function problemWith(
  sources: Sources,
  configuration: Configuration,
  key: string,
  { message, fix }: Fault,
): ConfigurationProblem {
  const origin = gather(sources, configuration).origins.get(key);
  const where = origin === undefined ? MISSING : whereIs(sources, origin);
  return { where, section: configuration.section, key, message, fix };
}
