import { openProcessBench } from "../process-bench.ts";
import type { PlannedRun } from "../source.ts";
import { realCase } from "../source-case.ts";

export const processCases = [
  realCase("as a process: delivers, and on SIGTERM under load ends with 0 and in order", function* (source) {
    const bench = yield* openProcessBench(source);
    const { server, standIn, verdict } = bench;
    server.faults.latencyMs = 20;
    const agent = yield* bench.start();
    yield* bench.until("the agent watches the tool", () => standIn.isWatched);
    verdict.oblige(yield* standIn.emit(planned(60)));
    yield* bench.until("the first events have come", () => server.totals.accepted >= 20);
    agent.signal("SIGTERM");
    const { code, signal } = yield* agent.exited;
    if (code !== 0) throw verdict.error(`After SIGTERM, the agent ended with ${signal ?? `exit code ${code}`}, not 0.`);
    verdict.checkEvents("missing");
    verdict.checkRefusals();
  }),
];

function planned(count: number): readonly PlannedRun[] {
  const at = Date.now();
  return Array.from({ length: count }, (_, index) => {
    return { number: index + 1, at, tasks: 3, status: "COMPLETED", part: "whole" };
  });
}
