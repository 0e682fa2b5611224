import type { LifePlan } from "./lives/life-plan.ts";

/** After how long without an answer the agent gives up, ms. */
export const READ_TIMEOUT_MS = 1_000;

export interface AgentSettings {
  readonly server: { readonly url: string; readonly key: string };
  readonly stateDirectory: string;
  /** Shared by all lives: without it, half of a short one would be spent compiling. */
  readonly compileCache: string;
}

/** The agent's settings: the usual ones, but with less patience. */
export function agentEnvironment(life: number, { server, stateDirectory, compileCache }: AgentSettings) {
  return {
    DK_AGENT_KEY: "oracle",
    DK_OBSERVABILITY_BASE_URL: server.url,
    DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: server.key,
    DK_OBSERVABILITY_READ_TIMEOUT: String(READ_TIMEOUT_MS / 1000),
    DK_OBSERVABILITY_PARAMS: JSON.stringify({ life }), // the server ignores the query; the recorder reads it
    DK_STATE_DIR: stateDirectory,
    DK_SHUTDOWN_TIMEOUT: "1.5",
    DK_HEARTBEAT_PERIOD: "1",
    NODE_COMPILE_CACHE: compileCache,
  };
}

/** What is done to the agent's process from within, before it runs. @param answers the file for what it notes */
export function preloadEnvironment({ end, clockMs, jumps }: LifePlan, answers: string) {
  return {
    NODE_OPTIONS: `--import=${new URL("./preload/index.ts", import.meta.url)}`,
    ORACLE_CLOCK: String(clockMs),
    ORACLE_JUMPS: jumps.map((jump) => jump.clockMs).join(","),
    ORACLE_ANSWERS: answers,
    ...(end.kind === "at a point" && { ORACLE_KILL: `${end.point}#${end.nth}` }),
  };
}
