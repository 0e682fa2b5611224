import { fileURLToPath } from "node:url";
import type { Operation } from "effection";
import { compare, type DatabricksObligation, useDatabricksServer } from "../../../testlib/index.ts";
import type { Obligation } from "../checker/history.ts";
import { databricksKinds } from "../faults/databricks-faults.ts";
import type { Random } from "../random.ts";
import type { Span } from "../world/runs.ts";
import { judgeByComparison, toEvents } from "./comparison.ts";
import { judgeDetails } from "./details.ts";
import type { OracleSource, SentEvent } from "./source.ts";

/** Eighteen jobs at 20 times their usual speed: three runs a second, some 30 events. */
const STORY = { speed: 20, jobs: 18, pastMinutes: 0 };
/** How long it goes on, once all is well again, before it is noted what has to come. */
const CALM_MS = 1_000;
const MAX_KEPT = 100_000;

/** The agent as it is shipped, and a stand-in for Databricks in which jobs run, fail, and are repaired. */
export function* useDatabricksSource(seed: number, _span: Span, random: Random): Operation<OracleSource> {
  const server = yield* useDatabricksServer({ story: { ...STORY, seed }, maxKept: MAX_KEPT });
  const events = new Map<string, SentEvent>();
  let owed: readonly DatabricksObligation[] = [];
  let shown: readonly DatabricksObligation[] = [];
  return {
    entry: fileURLToPath(new URL("../../../agents/main.ts", import.meta.url)),
    env: {
      DK_AGENT_TYPE: "databricks",
      ...server.envFor("api_token"),
      DK_PERIOD: "0.2",
      DK_HTTP_READ_TIMEOUT: "1",
      DK_DATABRICKS_FAILED_WATCH_PERIOD: "1",
      DK_DATABRICKS_FAILED_WATCH_MAX_TIME: "60",
      DK_DATABRICKS_MAX_REQUESTS_PER_SECOND: "200",
    },
    kinds: databricksKinds(server, random),
    clockJumps: true,
    hasRepairs: true,
    keyOf(event) {
      const key = keyOf(event);
      events.set(key, event);
      return key;
    },
    awaitRest(keys) {
      const calmUntilMs = Date.now() + CALM_MS;
      return () => {
        if (Date.now() < calmUntilMs) return false;
        if (owed.length === 0) owed = server.obligations();
        const came = toEvents([...keys].flatMap((key) => events.get(key) ?? []));
        return !compare(owed, came).some(({ kind }) => kind === "missing");
      };
    },
    obligations() {
      shown = server.obligations();
      return shown.map(toObligation);
    },
    judge: (deliveries) => [
      ...judgeByComparison({ owed, shown, eventOf: (key) => events.get(key) }, deliveries),
      ...judgeDetails(shown, [...events.values()]),
    ],
  };
}

/**
 * The agent names its events nowhere, and repairs repeat the statuses of a run. But no two events say the same of the same
 * moment; the fields are those that the server leaves as they are.
 */
function keyOf({ type, body }: SentEvent): string {
  const { pipeline_key, run_key, task_key, status, log_level, message, event_timestamp } = body;
  return JSON.stringify([
    ...[type, pipeline_key, run_key, task_key ?? "", status ?? log_level ?? ""],
    ...[message ?? "", Date.parse(String(event_timestamp))],
  ]);
}

function toObligation({ pipeline, run, task, status, at }: DatabricksObligation, position: number): Obligation {
  const key = `${pipeline}/${run}${task === undefined ? "" : ` task ${task}`} ${status}`;
  return { key, run: `${pipeline}/${run}`, position, exposedAtMs: at };
}
