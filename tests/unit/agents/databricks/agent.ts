import { spawn } from "effection";
import { databricksAgent } from "../../../../agents/databricks/agent.ts";
import { acceptedCredentials, databricksConfiguration } from "../../../../agents/databricks/configuration.ts";
import {
  type AcceptedEvent,
  test as base,
  compare,
  type DatabricksRequest,
  type DatabricksServer,
  type ObservabilityServer,
  suiteClock,
} from "../../../../testlib/index.ts";

type Env = Readonly<Record<string, string>>;

/** The agent in this process, between the two stand-ins, in virtual time. What is returned is its task: halt it to kill it. */
export const test = base.extend({
  *start({ contexts, databricks, server }) {
    return (env: Env = {}) =>
      spawn(function* () {
        yield* contexts({ ...server.env, ...databricks.env, ...env }, [databricksConfiguration], acceptedCredentials);
        yield* databricksAgent();
      });
  },
});

/** The stand-in of Databricks takes no time of 1970. */
export const inOurTime = { clock: suiteClock };

/**
 * What is missing of all that replies have shown, came twice, was not promised or is out of order, one line each. What
 * has been there for less than half a minute may still be on its way.
 */
export function differences(databricks: DatabricksServer, server: ObservabilityServer): readonly string[] {
  const settledMs = databricks.now() - 30_000;
  const obligations = databricks.obligations().map((each) => {
    return Math.max(each.at, each.seenAt ?? 0) < settledMs ? each : { ...each, optional: true as const };
  });
  return compare(obligations, server.events).map(({ kind, text }) => `${kind}: ${text}`);
}

/** One line each: `job 7 run RUNNING`, `901 ERROR boom`. */
export function told(events: readonly AcceptedEvent[]): readonly string[] {
  return events.map(
    ({ body }) => `${body["task_name"] ?? "run"} ${body["status"] ?? `${body["log_level"]}: ${body["message"]}`}`,
  );
}

export const gets = (databricks: DatabricksServer): readonly DatabricksRequest[] =>
  databricks.requests.filter(({ endpoint }) => endpoint === "runs/get");

export const lists = (databricks: DatabricksServer): readonly DatabricksRequest[] =>
  databricks.requests.filter(({ endpoint }) => endpoint === "runs/list");
