import type { Abilities, Source } from "./source.ts";
import { suiteError } from "./suite-error.ts";

/** What a case needs a source to be able to. */
export type Need =
  | "push"
  | "poll"
  | "paging"
  | "lateness"
  | "rate limits"
  | "authorization"
  | "running runs"
  | "durability";

function abilitiesOf({ push, poll, running, durability }: Abilities): ReadonlySet<Need> {
  const abilities: readonly (readonly [Need, unknown])[] = [
    ["push", push],
    ["poll", poll],
    ["paging", poll?.pageSize],
    ["lateness", poll?.latenessMs],
    ["rate limits", poll?.rateLimit],
    ["authorization", poll?.authorization],
    ["running runs", running],
    ["durability", durability],
  ];
  return new Set(abilities.filter(([, has]) => has !== undefined).map(([need]) => need));
}

/** The needs that a source does not meet. */
export function unmet(needs: readonly Need[], { can }: Pick<Source, "can">): readonly Need[] {
  const abilities = abilitiesOf(can);
  return needs.filter((need) => !abilities.has(need));
}

/** What a source must have, since it says that it can. */
export function promised<Value>(value: Value | undefined, what: string): Value {
  if (value !== undefined) return value;
  throw suiteError(`The source says that it can, but has no ${what}. Add it, or change "can".`);
}
