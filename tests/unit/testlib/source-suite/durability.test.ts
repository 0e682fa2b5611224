import { settle } from "../../../../framework/core/index.ts";
import { casesFor, describe, expect, runSourceCase, type Source, suiteClock, test } from "../../../../testlib/index.ts";
import { toError } from "../../../../toolkit/errors.ts";
import { acmeSource, durableAcmeSource } from "./acme/source.ts";
import type { AcmeTool } from "./acme/tool.ts";

const durable = casesFor(acmeSource()).others.filter(({ needs }) => needs.includes("durability"));

describe("a case that needs durability", () => {
  test.each(durable)(
    "passes with an agent that keeps its state: $name",
    { clock: suiteClock },
    function* ({ name }, { clock }) {
      yield* runSourceCase(durableAcmeSource(), name, clock);
    },
  );

  test.each(durable)("fails with one that does not: $name", { clock: suiteClock }, function* ({ name }, { clock }) {
    const forgetful = forgetfulAcmeSource();
    const outcome = yield* settle(() => runSourceCase(forgetful, name, clock));
    expect(outcome.ok ? "passed" : toError(outcome.error).message).toMatch(
      /missing: run nightly|in vain until all has come/,
    );
  });
});

/** Says that it keeps its state, and does not: not even the events that it has sent. */
function forgetfulAcmeSource(): Source<AcmeTool> {
  const source = acmeSource();
  return {
    ...source,
    can: durableAcmeSource().can,
    environment: (tool, options) => ({ ...source.environment(tool, options), DK_STATE_DIR: "/dev/null/state" }),
  };
}
