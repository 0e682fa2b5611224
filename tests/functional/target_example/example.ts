import { test as base, type ObservabilityServer } from "../../../testlib/index.ts";

const withStart = base.extend({
  /** Starts the real agent between the two stand-ins. */
  *start({ target, server, agentProcess }) {
    const env = {
      DK_AGENT_TYPE: "target_example",
      DK_AGENT_KEY: "example",
      ...server.env,
      ...target.env,
      DK_EXAMPLE_COMPONENT_TYPE: "BATCH_PIPELINE",
      DK_EXAMPLE_PERIOD: "0.1",
    };
    return (overrides: Readonly<Record<string, string>> = {}) => agentProcess({ env: { ...env, ...overrides } });
  },
});

export const test = withStart.extend({
  /** Starts it, and waits until it is connected. */
  *connect({ target, start }) {
    return function* (overrides: Readonly<Record<string, string>> = {}) {
      const agent = yield* start(overrides);
      yield* target.until(() => target.connections === 1);
      return agent;
    };
  },
});

/** What the test says of a message: run `run_key`, `number` within it. It is longer by `padding` characters. */
export function numbered(runs: number, padding = 0) {
  return (index: number) =>
    JSON.stringify({
      pipeline_key: "flood",
      run_key: `run ${index % runs}`,
      status: "RUNNING",
      event_timestamp: "2026-01-01T00:00:00Z",
      metadata: { number: Math.floor(index / runs), padding: "x".repeat(padding) },
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
