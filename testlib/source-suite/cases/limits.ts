import { promised } from "../needs.ts";
import { virtualCase } from "../source-case.ts";

/** More than a period and more than a back-off, less than the longest wait that an agent grants a server. */
const RETRY_AFTER_SECONDS = 45;

export const limitCases = [
  virtualCase(
    "waits as long as a 429 asks it to, and loses nothing by that",
    function* (bench) {
      const { standIn, clock, verdict, periodMs } = bench.parts;
      const rateLimit = promised(standIn.faults.rateLimit, "faults.rateLimit");
      yield* bench.start();
      const before = standIn.contacts;
      const freeAt = clock.now() + RETRY_AFTER_SECONDS * 1_000;
      rateLimit(RETRY_AFTER_SECONDS);
      yield* bench.emit(bench.plan(2));
      yield* bench.until("the agent meets the 429", () => standIn.contacts > before, 2 * periodMs);
      const met = standIn.contacts;
      yield* bench.pass(freeAt - clock.now() - 1);
      const tooEarly = standIn.contacts - met;
      if (tooEarly > 0)
        throw verdict.error(`${tooEarly} requests came before the time that Retry-After said was over.`);
      yield* bench.untilMet();
    },
    { needs: ["rate limits"] },
  ),

  virtualCase(
    "gets over credentials that stop to be good in the middle of a poll",
    function* (bench) {
      const { standIn, can } = bench.parts;
      const unauthorized = promised(standIn.faults.unauthorized, "faults.unauthorized");
      yield* bench.start();
      const restore = unauthorized();
      yield* bench.emit(bench.plan(2 * (can.poll?.pageSize ?? 1) + 1));
      yield* bench.passPeriods(3);
      if (can.poll?.authorization === "restored") restore();
      yield* bench.untilMet();
      yield* bench.emit(bench.plan(1));
      yield* bench.untilMet();
    },
    { needs: ["authorization"] },
  ),
];
