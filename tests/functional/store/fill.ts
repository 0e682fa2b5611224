/**
 * Fills a disk, says what the store says to that, and goes on when there is room: `node fill.ts <directory> <command that
 * makes room> [arguments]`.
 */
import { execFileSync } from "node:child_process";
import { EventStore } from "../../../framework/delivery/store/index.ts";
import { AgentError } from "../../../toolkit/index.ts";

const [, , directory = "", makeRoom = "", ...args] = process.argv;
const store = new EventStore({ directory, maxBytes: 2 ** 30 });
let last = 0;

function commit(count: number): void {
  const events = Array.from({ length: count }, (_, i) => {
    const body = JSON.stringify({ number: last + i + 1, text: "x".repeat(1_000) });
    return { type: "message-log", lane: "a", body, queuedAt: 0 } as const;
  });
  store.commit([{ events, state: [{ name: "writer", key: "last", value: String(last + count) }] }]);
  last += count;
}

function codeOf(error: unknown): string {
  return error instanceof AgentError ? error.code : String(error);
}

function check(): void {
  const isWhole = store.eventsAfter(0, 1_000_000).every(({ body }, i) => JSON.parse(body).number === i + 1);
  const { queued } = store.totals();
  console.log(`whole ${isWhole && queued === last && store.state("writer").get("last") === String(last)}`);
}

try {
  for (;;) commit(100);
} catch (error) {
  console.log(`full ${codeOf(error)}`);
}
check();
for (let i = 0; i < 3; i++) {
  try {
    commit(100);
  } catch (error) {
    console.log(`still full ${codeOf(error)}`);
  }
}
execFileSync(makeRoom, [...args], { stdio: "ignore" });
commit(100);
await store.sync();
check();
store.close();
console.log("done");
