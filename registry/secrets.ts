import type { Configuration } from "./configuration.ts";
import { textsIn } from "./schema/secrets.ts";
import { findInEnvironment, findInFile } from "./sources/found.ts";
import type { Sources } from "./sources/sources.ts";

/** The text of every secret that file, environment or a `_file` holds, also where another source wins. */
export function secretsOf(sources: Sources, known: readonly Configuration[]): ReadonlySet<string> {
  const found = known.flatMap((configuration) =>
    configuration.fields
      .filter(({ isSecret }) => isSecret)
      .flatMap((field) => [findInFile(sources, configuration, field), findInEnvironment(sources, field)]),
  );
  return new Set(found.flatMap((each) => textsIn(each?.value)));
}
