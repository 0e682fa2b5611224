import { promised } from "../needs.ts";
import { virtualCase } from "../source-case.ts";
import { pageSizeOf } from "./paging.ts";

/** Longer than what polls overlap: nobody shall get over it by that alone. */
const DOWNTIME_MS = 6 * 3_600_000;

export const durabilityCases = [
  virtualCase(
    "goes on after a crash in the middle of a page, with nothing missing and nothing twice",
    function* (bench) {
      const brokenPage = promised(bench.parts.standIn.faults.brokenPage, "faults.brokenPage");
      yield* bench.start();
      const mend = brokenPage();
      yield* bench.emit(bench.plan(2 * pageSizeOf(bench) + 1));
      yield* bench.passPeriods(2);
      yield* bench.halt();
      mend();
      yield* bench.pass(DOWNTIME_MS);
      yield* bench.start();
      yield* bench.untilMet();
    },
    { needs: ["durability", "paging"] },
  ),

  virtualCase(
    "reports what happened while it was not running",
    function* (bench) {
      yield* bench.start();
      yield* bench.emit(bench.plan(2));
      yield* bench.untilMet();
      yield* bench.stop();
      yield* bench.emit(bench.plan(2));
      yield* bench.pass(DOWNTIME_MS);
      yield* bench.start();
      yield* bench.untilMet();
    },
    { needs: ["durability", "poll"] },
  ),

  virtualCase(
    "reports the end of a run that ended while it was not running",
    function* (bench) {
      yield* bench.start();
      const runs = bench.plan(2, { tasks: 2 });
      yield* bench.emit(runs.map((run) => ({ ...run, part: "beginning" })));
      yield* bench.untilMet();
      yield* bench.stop();
      const at = bench.parts.clocks.tool.now();
      yield* bench.emit(runs.map((run) => ({ ...run, at, part: "rest" })));
      yield* bench.pass(DOWNTIME_MS);
      yield* bench.start();
      yield* bench.untilMet();
    },
    { needs: ["durability", "poll", "running runs"] },
  ),

  virtualCase(
    "delivers after a crash under load what it had taken",
    function* (bench) {
      const { server, verdict } = bench.parts;
      server.faults.latencyMs = 200;
      yield* bench.start();
      yield* bench.emit(bench.plan(60, { tasks: 3 }));
      yield* bench.until("the first events have come", () => server.totals.accepted >= 20);
      yield* bench.halt();
      yield* bench.pass(DOWNTIME_MS);
      yield* bench.start();
      yield* bench.until("all has come", () => verdict.isComplete);
      verdict.checkEvents("twice"); // a crash may cost the answer to what was under way
    },
    { needs: ["durability"] },
  ),
];
