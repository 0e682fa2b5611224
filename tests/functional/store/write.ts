/** Writes numbered events to a store until it is killed, and says what it has done: `node write.ts <directory>`. */
import { writeSync } from "node:fs";
import { EventStore, type Staged } from "../../../framework/delivery/store/index.ts";

const ACKNOWLEDGED_AT_ONCE = 5;

const store = new EventStore({ directory: process.argv[2] ?? "", maxBytes: 2 ** 30 });
let number = Number(store.state("writer").get("last") ?? 0);

function next(): Staged {
  number++;
  const body = JSON.stringify({ number, text: "x".repeat(number % 700) });
  return { type: "message-log", lane: `lane ${number % 9}`, body, queuedAt: number, dedupeKey: `key ${number}` };
}

/** At once: what was said before a kill was said. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

say("open");
for (let round = 0; ; round++) {
  const units = Array.from({ length: 1 + (round % 4) }, () => {
    const events = Array.from({ length: 1 + (round % 7) }, next);
    return { events, state: [{ name: "writer", key: "last", value: String(number) }] };
  });
  store.commit(units);
  const syncing = store.sync();
  const oldest = store.eventsAfter(0, ACKNOWLEDGED_AT_ONCE);
  store.acknowledge(oldest.map(({ id }) => id));
  say(`acknowledged ${JSON.parse(oldest.at(-1)?.body ?? "").number}`);
  await syncing;
  say(`synced ${number}`);
  if (round % 10 === 0) store.maintain(0);
}
