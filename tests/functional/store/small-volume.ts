/**
 * Fills a volume as an agent does whose server is down, then lets the server take or refuse everything:
 * `node small-volume.ts <directory> <taken | refused> [bytes]`. With a size, the directory passes for a volume of that size.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EventStore } from "../../../framework/delivery/store/index.ts";
import { AgentError } from "../../../toolkit/index.ts";

const [, , directory = "", fate = "taken", size] = process.argv;
if (size !== undefined) passForVolume(Number(size));
const store = new EventStore({ directory, maxBytes: 2 ** 30 });
let number = 0;

function passForVolume(bytes: number): void {
  const bsize = 4096;
  Reflect.set(fs, "statfsSync", () => {
    const files = fs.existsSync(directory) ? fs.readdirSync(directory) : [];
    const used = files.reduce((sum, file) => sum + fs.statSync(join(directory, file)).size, 0);
    return { blocks: bytes / bsize, bavail: Math.max(0, bytes - used) / bsize, bsize };
  });
  syncBuiltinESMExports();
}

/** @returns how it failed, if it did */
function attempt(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof AgentError ? error.code : String(error);
  }
}

/** Until there is no room, and none comes by itself either. */
async function fill(): Promise<string> {
  for (let failures = 0; ; ) {
    const events = Array.from({ length: 20 }, () => {
      const body = JSON.stringify({ number: number++, text: "x".repeat(1_500) });
      return { type: "message-log", lane: "a", body, dedupeKey: `key ${number}`, queuedAt: 0 } as const;
    });
    const failure = attempt(() => store.commit([{ events, state: [] }]));
    failures = failure === undefined ? 0 : failures + 1;
    if (failure !== undefined && failures > 50) return failure;
    if (failure === undefined) await store.sync();
    else await sleep(10);
  }
}

/** As often as it takes: what is not noted now is noted later. */
async function settle(ids: readonly number[]): Promise<boolean> {
  for (let i = 0; i < 50; i++) {
    const failure = attempt(() => {
      if (fate === "taken") store.acknowledge(ids);
      else for (const id of ids) store.refuse(id, 400, "y".repeat(500));
    });
    attempt(() => store.maintain(0));
    if (failure === undefined) return true;
    await sleep(10);
  }
  return false;
}

console.log(`full ${await fill()}`);
const ids = store.eventsAfter(0, 1_000_000).map(({ id }) => id);
console.log(`many ${ids.length > 1_500}`);
let settled = 0;
while (settled < ids.length && (await settle(ids.slice(settled, settled + 100)))) settled += 100;
while (settled < ids.length && store.deadLetterCount() > 0) {
  // As the operator does who is told that the store is full, more than once.
  while (attempt(() => store.purge("all")) !== undefined) {
    attempt(() => store.maintain(0));
    await sleep(10);
  }
  while (settled < ids.length && (await settle(ids.slice(settled, settled + 100)))) settled += 100;
}
console.log(`waiting ${store.totals().queued}`);
console.log(`again ${await fill()}`);
console.log(`kept ${store.totals().queued > 500}`);
store.close();
