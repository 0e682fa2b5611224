import { type Operation, spawn, suspend } from "effection";
import { eventLoopTurn } from "../../../../framework/core/checkpoint.ts";
import {
  abortable,
  CancelScope,
  failAfter,
  type Handle,
  moveOnAfter,
  openMemoryChannel,
  openNursery,
  runHandle,
  settle,
  untilShutdown,
} from "../../../../framework/core/index.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";

const never = () => new Promise<never>(() => {});

const stuckHandle: Handle<string, string, string> = {
  name: "acme.echo",
  *preHook() {},
  *handle(input) {
    yield* suspend();
    return input;
  },
  *postHook(raw) {
    return raw;
  },
};

describe("a report on a stuck agent says that a task waits for", () => {
  test.each([
    ["promise", () => abortable(never)],
    ["a reply of acme", () => abortable(never, "a reply of acme")],
    ["event loop turn", () => eventLoopTurn()],
    ["Sending to the channel", () => openMemoryChannel<number>(0)[0].send(1)],
    ["Receiving from the channel", () => openMemoryChannel<number>(0)[1].receive()],
    ["scope", () => new CancelScope().run(suspend)],
    ["poll", () => new CancelScope({ label: "poll" }).run(suspend)],
    ["moveOnAfter", () => moveOnAfter(1_000, suspend)],
    ["failAfter", () => failAfter(1_000, suspend)],
    ["settle", () => settle(suspend)],
    ["until shutdown", () => untilShutdown(suspend)],
    ["handle", () => runHandle(stuckHandle, "input", { timeoutMs: 1_000 })],
    ["start of server", () => openNursery((nursery) => waitAsBody(nursery.start(suspend, { name: "server" })))],
  ] as const)("%s", function* ([wait, operation], { clock }) {
    const waits: string[] = [];
    watched = waits;
    const task = yield* spawn(() => watch(operation(), waits));
    yield* clock.advance(0);
    expect(waits.at(-1)).toBe(wait);
    yield* task.halt();
  });
});

/** Where the body of a nursery, a task of its own, notes its waits. */
let watched: string[] = [];

function waitAsBody(operation: Operation<unknown>): Operation<unknown> {
  return watch(operation, watched);
}

/** Runs the operation and notes what it waits for, in the words that reports use. */
function* watch(operation: Operation<unknown>, waits: string[]): Operation<unknown> {
  const steps = operation[Symbol.iterator]();
  try {
    let step = steps.next();
    while (step.done !== true) {
      waits.push(/^do <(.*)>$/.exec(step.value.description)?.[1] ?? step.value.description);
      step = steps.next(yield step.value);
    }
    return step.value;
  } finally {
    steps.return?.(undefined);
  }
}
