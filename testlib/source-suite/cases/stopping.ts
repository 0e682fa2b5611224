import type { Operation } from "effection";
import type { Bench } from "../bench.ts";
import { virtualCase } from "../source-case.ts";

const RUNS = 60;

export const stoppingCases = [
  virtualCase("stops under load: ends in time, in order, and leaves nothing behind", function* (bench) {
    yield* putUnderLoad(bench);
    yield* bench.stop();
    bench.parts.verdict.checkEvents("missing");
  }),

  virtualCase("leaves no task, timer or connection behind when it is halted under load", function* (bench) {
    yield* putUnderLoad(bench);
    yield* bench.halt();
    bench.parts.verdict.checkEvents("missing");
  }),

  virtualCase("stops in time while the tool is down", function* (bench) {
    for (const begin of Object.values(bench.parts.standIn.faults.outages)) {
      yield* bench.start();
      const end = begin();
      yield* bench.pass(120_000);
      yield* bench.stop();
      end();
    }
  }),
];

/** Returns when some of many events have come. Observability is slow, so that there is work at every place. */
function* putUnderLoad(bench: Bench): Operation<void> {
  const { server } = bench.parts;
  server.faults.latencyMs = 200;
  yield* bench.start();
  yield* bench.emit(bench.plan(RUNS, { tasks: 3 }));
  yield* bench.until("the first events have come", () => server.totals.accepted >= 20);
}
