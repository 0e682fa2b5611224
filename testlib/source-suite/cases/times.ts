import type { Operation } from "effection";
import type { Bench } from "../bench.ts";
import { promised } from "../needs.ts";
import { virtualCase } from "../source-case.ts";

const HOUR_MS = 3_600_000;

export const timeCases = [
  virtualCase(
    "reports runs of one and the same time, at the very edge between two polls",
    function* (bench) {
      yield* bench.start();
      const { can, clocks, periodMs } = bench.parts;
      const pollAt = yield* nextPoll(bench);
      const edge = pollAt + periodMs;
      yield* bench.pass(edge - 1 - clocks.tool.now());
      const runs = bench.plan((can.poll?.pageSize ?? 2) + 2, { at: edge });
      yield* bench.emit(runs.slice(0, -1));
      yield* bench.pass(1); // the poll of this moment sees those
      yield* bench.emit(runs.slice(-1)); // and only the next one this one, which is not any later
      yield* bench.untilMet();
    },
    { needs: ["poll"] },
  ),

  virtualCase(
    "reports a run that turns up late, after later ones",
    function* (bench) {
      const { can, clocks } = bench.parts;
      const latenessMs = promised(can.poll?.latenessMs, "can.poll.latenessMs");
      yield* bench.start();
      yield* bench.pass(2 * latenessMs);
      yield* bench.emit(bench.plan(2));
      yield* bench.untilMet();
      yield* bench.emit(bench.plan(1, { at: clocks.tool.now() - latenessMs }));
      yield* bench.untilMet();
    },
    { needs: ["lateness"] },
  ),

  ...[HOUR_MS, -HOUR_MS].map((aheadMs) =>
    virtualCase(
      `loses nothing when the tool's clock is an hour ${aheadMs > 0 ? "ahead" : "behind"}`,
      function* (bench) {
        bench.parts.clocks.setTool(aheadMs);
        yield* bench.start();
        for (let round = 0; round < 2; round++) {
          yield* bench.emit(bench.plan(2));
          yield* bench.untilMet(2 * HOUR_MS);
        }
      },
    ),
  ),

  virtualCase("loses nothing when its own clock is set an hour forward, and back again", function* (bench) {
    yield* bench.start();
    for (const aheadMs of [0, HOUR_MS, 0]) {
      bench.parts.clocks.setMachine(aheadMs);
      yield* bench.emit(bench.plan(1));
      yield* bench.untilMet(2 * HOUR_MS);
      yield* bench.emit(bench.plan(1)); // with the clock about to be set
      yield* bench.passPeriods(0.3);
    }
    yield* bench.untilMet(2 * HOUR_MS);
  }),
];

/** Waits for the next time the tool is asked. @returns that moment by the tool's clock, which is also now */
function* nextPoll(bench: Bench): Operation<number> {
  const { standIn, clocks, periodMs } = bench.parts;
  const { contacts } = standIn;
  const deadlineMs = clocks.tool.now() + 3 * periodMs;
  while (standIn.contacts === contacts && clocks.tool.now() < deadlineMs) yield* bench.pass(1);
  if (standIn.contacts > contacts) return clocks.tool.now();
  throw bench.parts.verdict.error(`No poll in ${(3 * periodMs) / 1000} s; environment() has to set pace.periodMs.`);
}
