import { virtualCase } from "../source-case.ts";

export const arrivalCases = [
  virtualCase("turns to the tool at once, and says that it is alive", function* (bench) {
    const { server, standIn } = bench.parts;
    yield* bench.start({ withinMs: 1_000 });
    yield* bench.until("the first heartbeat has come", () => server.totals.heartbeats > 0, 1_000);
    const { contacts } = standIn;
    if (contacts > 5) throw bench.parts.verdict.error(`The agent turned to the tool ${contacts} times in a second.`);
  }),

  virtualCase("reports a run with its tasks, everything once", function* (bench) {
    yield* bench.start();
    yield* bench.emit(bench.plan(1, { tasks: 2 }));
    yield* bench.untilMet();
  }),

  virtualCase("reports many runs, the tasks of each before its end", function* (bench) {
    bench.parts.server.faults.latencyMs = 20; // many deliveries are under way at a time, and could overtake each other
    yield* bench.start();
    for (let burst = 0; burst < 3; burst++) {
      yield* bench.emit(bench.plan(10, { tasks: 5 }));
      yield* bench.passPeriods(0.7);
    }
    yield* bench.untilMet();
  }),

  virtualCase(
    "reports a run that goes on: its beginning, and much later its end",
    function* (bench) {
      yield* bench.start();
      const runs = bench.plan(3, { tasks: 2 });
      yield* bench.emit(runs.map((run) => ({ ...run, part: "beginning" })));
      yield* bench.untilMet();
      yield* bench.pass(3_600_000);
      const at = bench.parts.clocks.tool.now();
      yield* bench.emit(runs.map((run) => ({ ...run, at, part: "rest" })));
      yield* bench.untilMet();
    },
    { needs: ["running runs"] },
  ),
];
