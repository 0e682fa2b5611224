import { run, sleep } from "effection";
import { type DatabricksRun, useDatabricksServer } from "../../testlib/databricks-server/index.ts";

/**
 * A workspace with `RUNS` runs going on at any time, of `TASKS` tasks each, which run one after the other over `SECONDS`
 * and as many begin as end. Tells its parent where it is, and every second how many requests there were.
 */
const [runs = 500, tasks = 20, seconds = 300] = process.argv.slice(2).map(Number);

const KEYS = Array.from({ length: tasks }, (_, index) => `task_${index}`);
/** What real replies have besides, so that pages are as large. */
const MORE = {
  description: "Loads a table of the warehouse from the lake.",
  cluster_instance: { cluster_id: "0501-000000-abcdefgh", spark_context_id: "1234567890123456789" },
  job_cluster_key: "main",
  email_notifications: { no_alert_for_skipped_runs: false },
  library: [{ whl: "/Workspace/etl/dist/etl-1.42.0-py3-none-any.whl" }],
};
const lifeMs = seconds * 1000;
const taskMs = lifeMs / tasks;

await run(function* () {
  const server = yield* useDatabricksServer({ maxKept: 2_000 });
  for (let id = 1; id <= 50; id++)
    server.jobs.add({ id, name: `job_${id}`, tasks: KEYS.map((key) => ({ key, fields: MORE })) });
  let begun = 0;
  const begin = (sinceMs: number) => {
    const [at, afterMs] = [server.now() - sinceMs, -sinceMs];
    const started = server.start((begun++ % 50) + 1, { at, afterMs });
    play(started, at, afterMs);
  };
  for (let index = 0; index < runs; index++) begin((index / runs) * lifeMs);
  process.send?.({ env: server.envFor("api_token"), begun });
  setInterval(() => process.send?.({ requests: server.total, begun }), 1_000);
  while (true) {
    yield* sleep(lifeMs / runs);
    begin(0);
  }
});

/** Plans all that will become of it. */
function play(started: DatabricksRun, at: number, afterMs: number): void {
  const when = (ms: number) => ({ at: Math.round(at + ms), afterMs: afterMs + ms });
  for (const [index, task] of started.tasks.entries()) {
    task.start(when(index * taskMs)).succeed(when((index + 1) * taskMs));
  }
  started.end(when(lifeMs));
}
