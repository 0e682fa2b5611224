export type AgentStatus = "ONLINE" | "UNHEALTHY" | "OFFLINE";

/** The real server's default check interval. */
export const defaultCheckIntervalMs = 300_000;

/**
 * What the server thinks of an agent, `ageMs` after its last heartbeat. The real server only looks every check interval,
 * so it notices up to one interval later.
 */
export function agentStatus(ageMs: number, checkIntervalMs: number): AgentStatus {
  if (ageMs <= onlineUntilMs(checkIntervalMs)) return "ONLINE";
  return ageMs <= unhealthyUntilMs(checkIntervalMs) ? "UNHEALTHY" : "OFFLINE";
}

/** Age of the last heartbeat up to which an agent is ONLINE. */
export const onlineUntilMs = (checkIntervalMs: number): number => 2 * checkIntervalMs;

/** Age of the last heartbeat up to which an agent is UNHEALTHY. */
export const unhealthyUntilMs = (checkIntervalMs: number): number => 4 * checkIntervalMs;
