/**
 * What it costs to keep an event: `node --expose-gc benchmarks/store.ts [directory]`. Budget: 4 µs for an event with a key
 * in groups of 64, without the disk's own time, which is that of the bare file in the same run.
 */
import { closeSync, fdatasync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { promisify } from "node:util";
import { until } from "effection";
import { EventStore, type Staged } from "../framework/delivery/index.ts";
import { type Benchmark, measure } from "./measure.ts";

const GROUP = 64;
const EVENTS = 16_000 - (16_000 % GROUP);
const LOAD_MS = 5_000;
const MIB = 1024 * 1024;

const flush = promisify(fdatasync);
const root = mkdtempSync(join(process.argv[2] ?? tmpdir(), "store-"));
const numbers = Array.from({ length: GROUP }, (_, i) => i);
let created = 0;
let number = 0;

function event(hasKey: boolean): Staged {
  number++;
  const run = `run-${number >> 4}`;
  const body = `{"pipeline_key":"pipeline","run_key":"${run}","status":"RUNNING","message":"${"x".repeat(300)}"}`;
  const dedupeKey = hasKey ? `databricks/455644833/${number >> 2}/${number & 3}` : undefined;
  return { type: "run-status", lane: `run\u0000pipeline\u0000${run}`, body, dedupeKey, queuedAt: Date.now() };
}

function group(hasKey: boolean): readonly Staged[] {
  return numbers.map(() => event(hasKey));
}

function open(isInMemory = false): EventStore {
  created++;
  return new EventStore({ directory: isInMemory ? undefined : join(root, `${created}`), maxBytes: 1024 * MIB });
}

/** The same bytes at the end of a file, and the same wait for the disk: there is nothing cheaper that is safe. */
function bareFile(name: string, isSynced: boolean): Benchmark {
  return {
    name,
    operations: EVENTS,
    *body(times) {
      const path = join(root, "bare");
      const file = openSync(path, "w");
      for (let i = 0; i < times; i += GROUP) {
        writeSync(
          file,
          group(true)
            .map((each) => `${JSON.stringify(each)}\n`)
            .join(""),
        );
        if (isSynced) yield* until(flush(file));
      }
      closeSync(file);
    },
  };
}

interface Steps {
  readonly hasKey?: boolean;
  readonly isInMemory?: boolean;
  readonly isSynced?: boolean;
  readonly isDelivered?: boolean;
}

function store(
  name: string,
  { hasKey = false, isInMemory = false, isSynced = false, isDelivered = false }: Steps,
): Benchmark {
  return {
    name,
    operations: EVENTS,
    *body(times) {
      const opened = open(isInMemory);
      let last = 0;
      for (let i = 0; i < times; i += GROUP) {
        opened.commit([{ events: group(hasKey), state: [] }]);
        if (isSynced) yield* until(opened.sync());
        if (!isDelivered) continue;
        const ids = opened.eventsAfter(last, GROUP).map(({ id }) => id);
        last = ids.at(-1) ?? last;
        for (let from = 0; from < GROUP; from += 16) opened.acknowledge(ids.slice(from, from + 16));
      }
      opened.close();
    },
  };
}

await measure(
  "an event, in groups of 64",
  [
    bareFile("bare file", false),
    store("commit, in memory", { isInMemory: true }),
    store("commit", {}),
    store("commit with a key", { hasKey: true }),
    store("commit with a key, read, acknowledge", { hasKey: true, isDelivered: true }),
  ],
  { rounds: 7 },
);

await measure(
  "and each group safe on disk",
  [
    bareFile("bare file, fdatasync", true),
    store("commit, sync", { isSynced: true }),
    store("commit with a key, sync, read, acknowledge", { hasKey: true, isSynced: true, isDelivered: true }),
  ],
  { rounds: 3 },
);

/** Commits, reads and acknowledges as fast as it goes, and looks how long the event loop stands still. */
async function underLoad(): Promise<void> {
  const opened = open();
  const log = join(root, `${created}`, "outbox.db-wal");
  const delays = monitorEventLoopDelay({ resolution: 1 });
  let last = 0;
  let events = 0;
  let longestMs = 0;
  let largestLog = 0;
  delays.enable();
  const startedAt = performance.now();
  while (performance.now() - startedAt < LOAD_MS) {
    opened.commit([{ events: group(true), state: [] }]);
    const syncing = opened.sync();
    const ids = opened.eventsAfter(last, GROUP).map(({ id }) => id);
    last = ids.at(-1) ?? last;
    const before = performance.now();
    opened.acknowledge(ids);
    longestMs = Math.max(longestMs, performance.now() - before);
    await syncing;
    events += GROUP;
    largestLog = Math.max(largestLog, statSync(log).size);
  }
  delays.disable();
  const ms = (nanoseconds: number) => `${(nanoseconds / 1e6).toFixed(1)} ms`;
  console.log(
    `constant load: ${Math.round((events / LOAD_MS) * 1_000)} events/s on disk, log up to ${(largestLog / MIB).toFixed(1)} MiB`,
  );
  console.log(`event loop: p50 ${ms(delays.percentile(50))}, p99 ${ms(delays.percentile(99))}, max ${ms(delays.max)}`);
  opened.close();
}

mkdirSync(root, { recursive: true });
await underLoad();
rmSync(root, { recursive: true });
