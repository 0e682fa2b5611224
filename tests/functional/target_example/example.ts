import type { Operation } from "effection";
import {
  type AgentProcess,
  type AgentTarget,
  type ObservabilityServer,
  useAgentProcess,
  useAgentTarget,
  useObservabilityServer,
} from "../../../testlib/index.ts";

export interface Example {
  readonly target: AgentTarget;
  readonly server: ObservabilityServer;
  /** The environment that an agent between the two needs. */
  readonly env: Readonly<Record<string, string>>;
  start(overrides?: Readonly<Record<string, string>>): Operation<AgentProcess>;
}

/** A source and a server, and the real agent to start between them. */
export function* useExample(): Operation<Example> {
  const target = yield* useAgentTarget();
  const server = yield* useObservabilityServer();
  const env = {
    DK_AGENT_TYPE: "target_example",
    DK_AGENT_KEY: "example",
    DK_OBSERVABILITY_BASE_URL: server.url,
    DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: server.key,
    DK_EXAMPLE_TARGET_URL: target.url,
    DK_EXAMPLE_COMPONENT_TYPE: "BATCH_PIPELINE",
    DK_EXAMPLE_PERIOD: "0.1",
  };
  return { target, server, env, start: (overrides) => useAgentProcess({ env: { ...env, ...overrides } }) };
}

/** What the test says of a message: run `run_key`, `number` within it. */
export function numbered(runs: number) {
  return (index: number) =>
    JSON.stringify({
      pipeline_key: "flood",
      run_key: `run ${index % runs}`,
      status: "RUNNING",
      event_timestamp: "2026-01-01T00:00:00Z",
      metadata: { number: Math.floor(index / runs) },
    });
}

/** Of each run, the numbers of its events in the order in which they were accepted. */
export function numbersByRun(server: ObservabilityServer): ReadonlyMap<string, readonly number[]> {
  const runs = new Map<string, number[]>();
  for (const { body } of server.events) {
    const numbers = runs.get(String(body["run_key"])) ?? [];
    runs.set(String(body["run_key"]), numbers);
    numbers.push(numberOf(body["metadata"]));
  }
  return runs;
}

function numberOf(metadata: unknown): number {
  return typeof metadata === "object" && metadata !== null && "number" in metadata
    ? Number(metadata.number)
    : Number.NaN;
}

/** 0, 1, 2 … in each run, nothing missing, nothing twice, nothing out of order. */
export function firstGap(runs: ReadonlyMap<string, readonly number[]>): string | undefined {
  for (const [run, numbers] of runs) {
    const at = numbers.findIndex((number, index) => number !== index);
    if (at >= 0) return `${run}: ${numbers[at]} came where ${at} was due`;
  }
  return undefined;
}
