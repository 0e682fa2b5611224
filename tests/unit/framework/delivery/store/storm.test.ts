import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensure, until } from "effection";
import { EventStore } from "../../../../../framework/delivery/index.ts";
import { expect } from "../../../../../testlib/index.ts";
import { copyStore, leftByKill } from "./files.ts";
import { commit, event, seeded, test } from "./support.ts";

/** For more of it: `STORM=100 vitest run …/storm.test.ts`. */
const STORMS = Number(process.env["STORM"] ?? 4);
const CASES = 16;

/** Linux keeps what is there in memory: a disk would be waited for a thousand times. */
const MEMORY_DISK = "/dev/shm";

const FILES = ["outbox.db", "outbox.db-wal", "outbox.db-shm", "synced"];

type Random = (limit: number) => number;

/** What can happen to a file. */
const accidents: Readonly<Record<string, (bytes: Buffer, at: number, random: Random) => Buffer | undefined>> = {
  flip: (bytes, at, random) => {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    return bytes;
  },
  garbage: (bytes, at, random) => {
    for (let i = at; i < Math.min(bytes.length, at + 1 + random(6_000)); i++) bytes[i] = random(256);
    return bytes;
  },
  zeros: (bytes, at) => bytes.fill(0, at, Math.min(bytes.length, at + 4_096)),
  cut: (bytes, at) => bytes.subarray(0, at),
  empty: () => Buffer.alloc(0),
  gone: () => undefined,
};

/** Does something to one of the files. @returns what */
function damage(directory: string, random: Random): string {
  const files = FILES.filter((name) => existsSync(join(directory, name)));
  const file = files[random(files.length)] ?? "";
  const kinds = Object.keys(accidents);
  const kind = kinds[random(kinds.length)] ?? "";
  const path = join(directory, file);
  const bytes = readFileSync(path);
  const at = random(bytes.length);
  const after = accidents[kind]?.(bytes, at, random);
  if (after === undefined) rmSync(path);
  else writeFileSync(path, after);
  return `${kind} in ${file} at ${at}`;
}

const storms = Array.from({ length: STORMS }, (_, i) => [i + 1] as const);

test.each(storms)(
  "whatever happens to the files, a store opens and has what is whole: storm %i",
  function* ([seed], { open, log, stateDirectory }) {
    const random = seeded(seed);
    const directory = existsSync(MEMORY_DISK) ? mkdtempSync(join(MEMORY_DISK, "storm-")) : stateDirectory;
    yield* ensure(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
    const store = open({ directory });
    for (let i = 0; i < 30; i++) {
      const staged = Array.from({ length: 8 }, (_, n) => {
        const number = 8 * i + n;
        const body = JSON.stringify({ number, text: "x".repeat(number % 50 === 0 ? 9_000 : random(400)) });
        return event(number, { body, lane: `lane ${number % 5}`, dedupeKey: `key ${number}` });
      });
      const ids = commit(store, staged, [{ name: "runs", key: `run ${i % 4}`, value: String(i) }]);
      store.acknowledge(ids.filter((id) => id % 3 === 0));
      if (i % 9 === 0) store.refuse(ids[0] ?? 0, 400, "no");
      if (i === 12) for (const now of [0, 1_000, 2_000]) store.maintain(now);
      yield* until(store.sync());
    }
    const queued = new Map(store.eventsAfter(0, 1_000).map(({ id, body }) => [id, body]));
    const emitted = new Set(Array.from({ length: 240 }, (_, number) => number));
    const killed = yield* leftByKill(store);
    store.close();
    const closed = yield* leftByKill(store);
    for (let i = 0; i < CASES; i++) {
      copyStore(random(2) === 0 ? killed : closed, directory);
      const what = `case ${i}: ${damage(directory, random)}`;
      const linesBefore = log.lines.length;
      const opened = open({ directory });
      const left = opened.eventsAfter(0, 1_000);
      const totals = opened.totals();
      const isTold = log.lines.slice(linesBefore).some(({ level }) => level === "error");
      expect(
        left.map(({ id }) => id),
        what,
      ).toEqual(left.map(({ id }) => id).sort((a, b) => a - b));
      for (const { id, body } of left) {
        expect(emitted.has(JSON.parse(body).number), what).toBe(true);
        if (queued.has(id)) expect(body, what).toBe(queued.get(id));
      }
      expect(isTold || left.length >= queued.size, `${what}: events are missing, and nobody says so`).toBe(true);
      expectBalance(opened, totals.queued, left.length, what);
      expectUsable(opened, what);
      opened.close();
      const again = new EventStore({ directory, maxBytes: 1e9 });
      expect(again.eventsAfter(0, 1_000), `${what}, opened again`).toEqual(left);
      again.close();
    }
    log.expectError({ level: "error" });
    expect(readdirSync(directory)).toContain("outbox.db");
  },
);

function expectBalance(store: EventStore, queued: number, left: number, what: string): void {
  const { emitted, acknowledged, deadLettered, deduplicated, damaged } = store.totals();
  expect(queued, what).toBe(left);
  expect(acknowledged + deadLettered + deduplicated + damaged + queued, what).toBe(emitted);
}

/** It takes and gives events, and counts on. */
function expectUsable(store: EventStore, what: string): void {
  const last = store.lastId();
  expect(commit(store, [event(999, { dedupeKey: "new" }), event(999, { dedupeKey: "new" })]), what).toEqual([last + 1]);
  store.acknowledge([last + 1]);
  for (const { lane } of store.lanes(10)) store.eventsOfLane(lane, 0, 10);
  store.state("runs");
  store.maintain(0);
  store.maintain(1_000);
}
