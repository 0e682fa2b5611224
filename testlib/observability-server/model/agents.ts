import type { ReceivedHeartbeat } from "../received.ts";
import type { RecentMap } from "./recent-map.ts";

/** Identified by key and tool: an agent whose tool changes is a second agent. */
export interface ObservedAgent {
  readonly key: string;
  readonly tool: string;
  readonly version: string;
  /** Epoch milliseconds. */
  readonly firstHeartbeatAt: number;
  readonly lastHeartbeatAt: number;
  readonly heartbeats: number;
  /** As sent with the last heartbeat, which clears it when it has none. */
  readonly latestEventTimestamp: string | null;
  readonly revision: number;
}

export function applyHeartbeat(
  agents: RecentMap<ObservedAgent>,
  heartbeat: ReceivedHeartbeat,
  revision: number,
): ObservedAgent {
  const { key, tool, version, receivedAt } = heartbeat;
  const id = JSON.stringify([key, tool]);
  const known = agents.get(id);
  const agent = {
    key,
    tool,
    version,
    firstHeartbeatAt: known?.firstHeartbeatAt ?? receivedAt,
    lastHeartbeatAt: receivedAt,
    heartbeats: (known?.heartbeats ?? 0) + 1,
    latestEventTimestamp: heartbeat.latest_event_timestamp,
    revision,
  };
  agents.set(id, agent);
  return agent;
}
