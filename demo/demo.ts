import { type Operation, race, sleep, spawn, suspend } from "effection";
import { type AgentExit, type AgentProcess, useAgentProcess } from "../testlib/agent-process/index.ts";
import { type ObservabilityServer, useObservabilityServer } from "../testlib/observability-server/index.ts";
import { AgentError } from "../toolkit/index.ts";
import { DeliveryLog } from "./delivery-log.ts";
import type { DemoAgent } from "./demo-agents.ts";
import { agentLine, headingLine, type Paint } from "./lines.ts";
import type { Summary } from "./summary.ts";

export interface DemoOptions {
  readonly agent: DemoAgent;
  /** Without it only `stop` ends the demo, or the agent. */
  readonly durationMs?: number;
  /** Script to run as the agent. */
  readonly entry?: string;
  /** Returns when the demo is to stop. */
  readonly stop: Operation<unknown>;
  readonly print: (line: string) => void;
  readonly paint: Paint;
}

const preferredPagePort = 8082;
/** An agent that has not said anything by then is not going to. */
const maxStartMs = 10_000;
/** More than an agent's `shutdown_timeout` of 20 s; after this it is killed. */
const maxShutdownMs = 25_000;

/** Shows an agent at work until told to stop, the time is up, or the agent ends; then stops all of it, agent first. */
export function* runDemo({ agent, durationMs, entry, stop, print, paint }: DemoOptions): Operation<Summary> {
  const server = yield* useServer();
  print(`Watch it live at ${server.pageUrl}`);
  const tool = yield* agent.useTool();
  const log = new DeliveryLog(server, print, paint);
  const process = yield* useAgentProcess({
    env: { ...agentEnvironment(agent, server), ...tool.env },
    deadlineMs: Number.POSITIVE_INFINITY,
    onLine: (line) => {
      const text = agentLine(line, paint);
      if (text !== undefined) print(text);
    },
    ...(entry !== undefined && { entry }),
  });
  print(`Agent ${agent.type} (process ${process.pid}) watches ${tool.description}. Ctrl-C stops it all.\n`);
  print(headingLine(paint));
  const startedAt = performance.now();
  yield* spawn(() => log.follow());
  yield* race([stop, process.exited, untilTimeIsUp(server, durationMs)]);
  const ranMs = performance.now() - startedAt;
  const exit = yield* stopAgent(process);
  const { accepted: events, refused, heartbeats } = server.totals;
  return { ranMs, events, runs: log.runs, endedRuns: log.endedRuns, refused, heartbeats, exit };
}

/** The duration counts from the agent's first request: a slow machine's start must not eat it up. */
function* untilTimeIsUp(server: ObservabilityServer, durationMs: number | undefined): Operation<void> {
  if (durationMs === undefined) return yield* suspend();
  yield* race([server.until(({ requests }) => requests > 0), sleep(maxStartMs)]);
  yield* sleep(durationMs);
}

/** On the usual port if it can be had, so that a page that is open already works again. */
function* useServer(): Operation<ObservabilityServer> {
  try {
    return yield* useObservabilityServer({ port: preferredPagePort });
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== "E_LISTEN") throw error;
    return yield* useObservabilityServer();
  }
}

function agentEnvironment(agent: DemoAgent, server: ObservabilityServer): Readonly<Record<string, string>> {
  return {
    DK_AGENT_TYPE: agent.type,
    DK_AGENT_KEY: "demo-agent",
    DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: server.key,
    DK_OBSERVABILITY_BASE_URL: server.url,
    DK_HEARTBEAT_PERIOD: "5",
    DK_STATE_DIR: "./state", // in the agent's temporary working directory
  };
}

/** Lets the agent drain; the servers are still there meanwhile. */
function* stopAgent(process: AgentProcess): Operation<AgentExit | undefined> {
  process.signal("SIGTERM");
  const exit = yield* race([process.exited, sleep(maxShutdownMs)]);
  return exit ?? undefined;
}
