import type { EventStore } from "../delivery/index.ts";
import { age, bytes, laneName, type Terminal, table } from "./terminal.ts";

const LANES_SHOWN = 20;

/** What waits to be delivered, and what has become of the rest. */
export function showOutbox(store: EventStore, { json }: { readonly json?: boolean }, terminal: Terminal): void {
  const oldestQueuedAt = store.oldestQueuedAt();
  const lanes = store.lanes(LANES_SHOWN);
  const facts = { directory: store.directory, ...store.totals(), usedBytes: store.usedBytes() };
  if (json) {
    terminal.out(`${JSON.stringify({ ...facts, oldestQueuedAt: oldestQueuedAt ?? null, lanes })}\n`);
    return;
  }
  const { emitted, queued, acknowledged, deduplicated, deadLettered, damaged } = facts;
  const oldest = oldestQueuedAt === undefined ? "" : `, the oldest for ${age(Date.now() - oldestQueuedAt)}`;
  const rows = [
    ["queued", `${queued}${oldest}`],
    ["delivered", `${acknowledged}`],
    ["dead letters", `${deadLettered} in all, ${store.deadLetterCount()} kept`],
    ["sent before", `${deduplicated}`],
    ["damaged", `${damaged}`],
    ["size", bytes(facts.usedBytes)],
  ] as const;
  terminal.out(`${store.directory}: ${emitted} events\n${table(["", ""], rows).trimStart()}`);
  if (lanes.length === 0) return;
  const now = Date.now();
  const laneRows = lanes.map(({ lane, count, oldest }) => [laneName(lane), `${count}`, age(now - oldest)]);
  terminal.out(`\n${table(["WAITING FOR", "EVENTS", "OLDEST"], laneRows)}`);
}
