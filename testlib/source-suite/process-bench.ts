import { type Operation, sleep } from "effection";
import { type AgentProcess, useAgentProcess } from "../agent-process/index.ts";
import { type ObservabilityServer, useObservabilityServer } from "../observability-server/index.ts";
import { environmentFor } from "./open-bench.ts";
import type { Source, StandIn } from "./source.ts";
import { suiteError } from "./suite-error.ts";
import { Verdict } from "./verdict.ts";

const PATIENCE_MS = 10_000;

/** What a case works with when the agent is a process of its own: the two stand-ins, and real time. */
export interface ProcessBench {
  readonly server: ObservabilityServer;
  readonly standIn: StandIn;
  readonly verdict: Verdict;
  /** The agent's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts the agent; it ends with the scope. @param toml its agent.toml */
  start(toml?: string): Operation<AgentProcess>;
  /** Waits until something holds. @param what for the report: "the agent connects" */
  until(what: string, holds: () => boolean): Operation<void>;
}

export function* openProcessBench<Tool extends StandIn>(source: Source<Tool>): Operation<ProcessBench> {
  const server = yield* useObservabilityServer();
  const standIn = yield* source.standIn({ now: () => Date.now() });
  const env = environmentFor(source, standIn, server, 200);
  const agents: AgentProcess[] = [];
  const logged = () => agents.flatMap(({ lines }) => lines.flatMap(({ record }) => record ?? []));
  return {
    server,
    standIn,
    env,
    verdict: new Verdict({ server, logged, repeats: source.can.repeats === true }),
    *start(toml) {
      const { main } = source;
      const agent = yield* useAgentProcess({ env, ...(toml !== undefined && { toml }), ...(main && { entry: main }) });
      agents.push(agent);
      return agent;
    },
    *until(what, holds) {
      const deadlineMs = performance.now() + PATIENCE_MS;
      while (!holds()) {
        if (performance.now() > deadlineMs) throw suiteError(`Waited ${PATIENCE_MS / 1000} s in vain until ${what}.`);
        yield* sleep(10); // a stand-in of another author's has nothing to wait on
      }
    },
  };
}
