import type { AgentExit } from "../testlib/agent-process/index.ts";

/** What came of a demo. */
export interface Summary {
  readonly ranMs: number;
  readonly events: number;
  readonly runs: number;
  readonly endedRuns: number;
  readonly refused: number;
  readonly heartbeats: number;
  /** `undefined` when the agent did not end when asked to. */
  readonly exit: AgentExit | undefined;
}

export function summaryLine({ ranMs, events, runs, endedRuns, refused, heartbeats, exit }: Summary): string {
  const counts = [
    count(events, "event delivered", "events delivered"),
    `${count(runs, "run", "runs")} (${endedRuns} ended)`,
    `${refused} refused`,
    count(heartbeats, "heartbeat", "heartbeats"),
    `agent ${toOutcome(exit)}`,
  ];
  return `Ran ${(ranMs / 1_000).toFixed(1)} s: ${counts.join(", ")}.`;
}

/** Everything that is not as it should be; nothing when the demo went well. */
export function complaints({ events, refused, heartbeats, exit }: Summary): readonly string[] {
  return [
    ...(events === 0 ? ["No event arrived."] : []),
    ...(refused > 0 ? [`${count(refused, "request was", "requests were")} refused.`] : []),
    ...(heartbeats === 0 ? ["No heartbeat arrived."] : []),
    ...(exit?.code === 0 ? [] : [`The agent ${toOutcome(exit)}; it should have exited with 0.`]),
  ];
}

function toOutcome(exit: AgentExit | undefined): string {
  if (exit === undefined) return "did not stop";
  return exit.code === null ? `was ended by ${exit.signal}` : `exited with ${exit.code}`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
