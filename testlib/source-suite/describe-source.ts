import type { Operation } from "effection";
import { describe } from "vitest";
import type { TestClock } from "../clock/index.ts";
import { clockTest } from "../test/index.ts";
import { sourceCases } from "./cases/index.ts";
import { unmet } from "./needs.ts";
import type { Source, StandIn } from "./source.ts";
import { suiteError } from "./suite-error.ts";

/** The virtual time at which a case starts: not 0, since hours before it are looked at too. */
export const suiteClock = { start: Date.parse("2026-05-01T00:00:00Z") };

/**
 * Makes a test of each case that applies to a source, and prints the others with what the source would need for them.
 * Call it at the top of a test file.
 */
export function describeSource<Tool extends StandIn>(source: Source<Tool>): void {
  const { applying } = casesFor(source);
  describe(`${source.name} as a source`, () => {
    for (const each of applying) {
      const options = { clock: suiteClock, ...(each.timeoutMs !== undefined && { timeoutMs: each.timeoutMs }) };
      if (each.time === "real") {
        clockTest(each.name, options, function* () {
          yield* each.run(source);
        });
      } else {
        clockTest(each.name, options, function* ({ clock }) {
          yield* each.run(source, clock);
        });
      }
    }
  });
  console.info(describeCases(source));
}

/** How many cases apply, and what the source lacks for each of the others. */
export function describeCases(source: Pick<Source, "name" | "can">): string {
  const { applying, others } = casesFor(source);
  const count = `Source suite, ${source.name}: ${applying.length} cases`;
  if (others.length === 0) return `${count}; all apply.`;
  return [`${count}; not applying:`, ...others.map(({ name, needs }) => `  ${name} (needs ${needs.join(", ")})`)].join(
    "\n",
  );
}

/** The cases that apply to a source; of the others, the names and what the source lacks for them. */
export function casesFor(source: Pick<Source, "can">) {
  const applying = sourceCases.filter(({ needs }) => unmet(needs, source).length === 0);
  const others = sourceCases
    .map(({ name, needs }) => ({ name, needs: unmet(needs, source) }))
    .filter(({ needs }) => needs.length > 0);
  return { applying, others };
}

/**
 * Runs one case outside of a test of its own, as to see that it notices a fault. Needs a clock that starts at `suiteClock`.
 * @throws {AgentError} `E_SOURCE_SUITE` with what is wrong with the source
 */
export function* runSourceCase<Tool extends StandIn>(
  source: Source<Tool>,
  name: string,
  clock: TestClock,
): Operation<void> {
  const found = sourceCases.find((each) => each.name === name);
  if (found === undefined || found.time === "real")
    throw suiteError(`There is no case in virtual time called "${name}".`);
  yield* found.run(source, clock);
}
