import { ensure } from "effection";
import {
  EventStore,
  type Staged,
  type StateChange,
  type StoreOptions,
} from "../../../../../framework/delivery/index.ts";
import { test as base } from "../../../../../testlib/index.ts";
import { useLogger } from "../../../../../toolkit/index.ts";

export const MIB = 1024 * 1024;
export const DAY_MS = 24 * 60 * 60 * 1000;

/** When the events of these tests are queued. */
export const QUEUED_AT = Date.UTC(2026, 0, 1);

/** The event `number` of a lane. */
export function event(number: number, fields: Partial<Staged> = {}): Staged {
  return {
    type: "run-status",
    lane: "run\u0000p\u0000r",
    body: JSON.stringify({ number }),
    queuedAt: QUEUED_AT,
    ...fields,
  };
}

export function events(from: number, to: number, fields: Partial<Staged> = {}): readonly Staged[] {
  return Array.from({ length: to - from + 1 }, (_, i) => event(from + i, fields));
}

/** Commits one unit. @returns the ids of the events that were queued */
export function commit(store: EventStore, staged: readonly Staged[], state: readonly StateChange[] = []): number[] {
  return store
    .commit([{ events: staged, state }])
    .flat()
    .map(({ id }) => id);
}

/** The numbers of the events that wait, in order. */
export function numbers(store: EventStore, afterId = 0, limit = 1_000_000): readonly unknown[] {
  return store.eventsAfter(afterId, limit).map(({ body }) => JSON.parse(body).number);
}

export const test = base.extend({
  /** Opens a store, in the test's directory unless told otherwise, and closes it with the test. */
  *open({ stateDirectory, log: _ }) {
    const log = yield* useLogger();
    const opened: EventStore[] = [];
    yield* ensure(() => {
      for (const store of opened) store.close();
    });
    return (options: Partial<StoreOptions> = {}): EventStore => {
      const store = new EventStore({ directory: stateDirectory, maxBytes: 512 * MIB, log, ...options });
      opened.push(store);
      return store;
    };
  },
});

/** Numbers that look random and are the same each time: mulberry32. @returns below `limit` */
export function seeded(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
