import { ensure, type Operation, run, sleep, spawn, suspend } from "effection";
import { eventLoopTurn } from "../../../../../framework/core/checkpoint.ts";
import {
  BrokenResourceError,
  type ChannelReceiveOptions,
  type ChannelTask,
  channelReceiveLoop,
  openMemoryChannel,
  type ReceiveChannel,
} from "../../../../../framework/core/index.ts";
import { captureLog, describe, expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { AgentError, UnrecoverableError } from "../../../../../toolkit/errors.ts";

describe("a channel receive loop", () => {
  test("executes its task for item after item, waits for more, and returns at the end of the channel", function* ({
    clock,
  }) {
    const log: string[] = [];
    const [send, receive] = openMemoryChannel<string>(10);
    const loop = yield* spawn(() => channelReceiveLoop(working(log), receive));
    yield* send.send("a");
    yield* send.send("b");
    yield* sleep(100);
    yield* send.send("c");
    send.close();
    yield* loop;
    expect([log, clock.now()]).toEqual([["a", "b", "c"], 110]);
  });

  test("takes up what is in the channel when its senders are closed before it begins", function* ({ clock: _ }) {
    const log: string[] = [];
    yield* channelReceiveLoop(working(log), channelOf(["a", "b"]));
    expect(log).toEqual(["a", "b"]);
  });

  test("returns at once when nothing will come", function* () {
    const log: string[] = [];
    yield* channelReceiveLoop(working(log), channelOf([]));
    expect(log).toEqual([]);
  });

  test("closes both ends of its pipeline when it returns", function* ({ clock: _ }) {
    const [send, receive] = openMemoryChannel<string>(10);
    const [outbound, results] = openMemoryChannel<string>(10);
    send.close();
    yield* channelReceiveLoop({ ...working([]), outbound }, receive);
    expect([send.statistics().openReceivers, results.statistics().openSenders]).toEqual([0, 0]);
  });

  test("lets timers have their turn though the channel is always full", function* () {
    const [send, receive] = openMemoryChannel<number>(10);
    let items = 0;
    const task: ChannelTask<number> = {
      name: "acme.work",
      *execute() {
        items++;
      },
    };
    const feeder = yield* spawn(function* () {
      for (let i = 0; ; i++) yield* send.send(i);
    });
    const loop = yield* spawn(() => channelReceiveLoop(task, receive));
    for (let turns = 0; turns < 3; turns++) yield* eventLoopTurn(); // Would never come back.
    yield* feeder.halt();
    yield* loop.halt();
    expect(items).toBeGreaterThan(0);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "cannot have a concurrency of %s",
    function* (concurrency) {
      const [send, receive] = openMemoryChannel<string>(10);
      const error = yield* thrownBy(() => channelReceiveLoop(working([]), receive, { concurrency }));
      expect(error).toMatchObject({ code: "E_CONCURRENCY", message: expect.stringContaining("acme.work") });
      expect(send.statistics().openReceivers).toBe(0);
    },
  );
});

const variants: readonly ChannelReceiveOptions<string>[] = [
  {},
  { isolated: true },
  { concurrency: 2 },
  { concurrency: 2, isolated: true },
  { concurrency: 3, keyBy: () => "one key" },
];

describe("an error", () => {
  test.each(variants)("costs its item and is logged (%j)", function* (options, { clock: _ }) {
    const captured = yield* captureLog();
    const log: string[] = [];
    const task = working(log, (item) => item === "b" && new AgentError("E_TEST", "bad item"));
    yield* channelReceiveLoop(task, channelOf(["a", "b", "c"]), options);
    expect(log.toSorted()).toEqual(["a", "c"]);
    expect(captured.lines).toEqual([
      expect.objectContaining({
        level: "warn",
        task: "acme.work",
        msg: "The task failed for an item; it goes on with the next.",
        err: expect.objectContaining({ code: "E_TEST", message: "bad item" }),
      }),
    ]);
  });

  test.each(variants)("that is unrecoverable ends the loop, and both channels (%j)", function* (options, { clock: _ }) {
    const [send, receive] = openMemoryChannel<string>(10);
    const [outbound, results] = openMemoryChannel<string>(10);
    for (const item of ["a", "b", "c"]) send.sendNowait(item);
    const refused = new UnrecoverableError("E_UNAUTHORIZED", "The key was refused.");
    const task = { ...working([], (item) => item === "b" && refused), outbound };
    const error = yield* thrownBy(() => channelReceiveLoop(task, receive, options));
    expect(error instanceof AggregateError ? error.errors : [error]).toEqual([refused]);
    expect([send.statistics().openReceivers, results.statistics().openSenders]).toEqual([0, 0]);
  });

  test("is logged once for each kind in a flood", function* () {
    const captured = yield* captureLog();
    const errors = [new AgentError("E_A", "a"), new AgentError("E_B", "b"), new TypeError("c"), "a text"];
    const items = Array.from({ length: 1_000 }, (_, i) => String(i));
    const task = working([], (item) => errors[Number(item) % errors.length]);
    yield* channelReceiveLoop(task, channelOf(items), {});
    expect(captured.lines.length).toBe(4);
  });

  test("for want of anybody to send to ends the loop", function* () {
    const [outbound, results] = openMemoryChannel<string>(10);
    results.close();
    const task: ChannelTask<string, string> = {
      name: "acme.work",
      outbound,
      *execute(item, { send }) {
        yield* send(item);
      },
    };
    const error = yield* thrownBy(() => channelReceiveLoop(task, channelOf(["a", "b"])));
    expect(error).toBeInstanceOf(BrokenResourceError);
  });

  test("for want of a receiver elsewhere costs its item", function* ({ clock: _ }) {
    const log: string[] = [];
    const task = working(log, (item) => item === "a" && new BrokenResourceError());
    yield* channelReceiveLoop(task, channelOf(["a", "b"]));
    expect(log).toEqual(["b"]);
  });

  test("of a spawned task ends the loop, unless items are isolated", function* ({ clock: _ }) {
    const log: string[] = [];
    const task: ChannelTask<string> = {
      name: "acme.work",
      *execute(item) {
        if (item === "a") {
          yield* spawn(() => failsAfter(1));
          yield* suspend();
        }
        log.push(item);
      },
    };
    const error = yield* thrownBy(() => channelReceiveLoop(task, channelOf(["a", "b"])));
    expect(error).toEqual(new Error("spawned"));
    yield* channelReceiveLoop(task, channelOf(["a", "b"]), { isolated: true });
    expect(log).toEqual(["b"]);
  });

  test("of keyBy costs its item, or ends the loop when it is unrecoverable", function* ({ clock: _ }) {
    const captured = yield* captureLog();
    const log: string[] = [];
    const keyBy = (item: string) => {
      if (item === "b") throw new AgentError("E_NO_KEY", "no key");
      if (item === "d") throw new UnrecoverableError("E_HOPELESS", "hopeless");
      return item;
    };
    yield* channelReceiveLoop(working(log), channelOf(["a", "b", "c"]), { concurrency: 2, keyBy });
    expect([log, captured.lines.length]).toEqual([["a", "c"], 1]);
    const error = yield* thrownBy(() =>
      channelReceiveLoop(working(log), channelOf(["d", "e"]), { concurrency: 2, keyBy }),
    );
    expect(error).toMatchObject({ errors: [{ code: "E_HOPELESS" }] });
  });
});

describe("isolated items", () => {
  test("close what they have opened before the next one begins", function* ({ clock }) {
    const log: string[] = [];
    const task: ChannelTask<string> = {
      name: "acme.work",
      *execute(item) {
        yield* ensure(function* () {
          yield* sleep(5);
          log.push(`closed ${item}`);
        });
        log.push(`opened ${item}`);
      },
    };
    yield* channelReceiveLoop(task, channelOf(["a", "b"]), { isolated: true });
    expect([log, clock.now()]).toEqual([["opened a", "closed a", "opened b", "closed b"], 10]);
  });
});

describe("a halt", () => {
  test.each(variants)(
    "in the middle of an item ends it, its cleanup awaited, and closes both channels (%j)",
    function* (options, { clock }) {
      const [send, receive] = openMemoryChannel<string>(10);
      const [outbound, results] = openMemoryChannel<string>(10);
      const log: string[] = [];
      const task: ChannelTask<string, string> = {
        name: "acme.work",
        outbound,
        *execute(item) {
          yield* ensure(() => sleep(20));
          try {
            yield* suspend();
          } finally {
            log.push(item);
          }
        },
      };
      const loop = run(() => channelReceiveLoop(task, receive, options));
      yield* send.send("a");
      yield* sleep(5);
      yield* loop.halt();
      expect([log, clock.now(), clock.describeTimers()]).toEqual([["a"], 25, ""]);
      expect([send.statistics().openReceivers, results.statistics().openSenders]).toEqual([0, 0]);
    },
  );

  test.each(variants)("while it waits for an item ends it (%j)", function* (options, { clock: _ }) {
    const [send, receive] = openMemoryChannel<string>(10);
    const loop = yield* spawn(() => channelReceiveLoop(working([]), receive, options));
    yield* sleep(1);
    yield* loop.halt();
    expect(send.statistics().openReceivers).toBe(0);
  });

  test("takes no item out of the channel that was not begun", function* ({ clock: _ }) {
    const [send, receive] = openMemoryChannel<string>(10);
    const spare = receive.clone();
    const log: string[] = [];
    const loop = yield* spawn(() => channelReceiveLoop(working(log), receive));
    for (const item of ["a", "b", "c"]) yield* send.send(item);
    yield* sleep(15);
    yield* loop.halt();
    expect([log, spare.receiveNowait()]).toEqual([["a"], "c"]);
  });
});

/** Takes 10 ms for an item, then notes it, or fails where `fails` gives an error. */
function working(log: string[], fails: (item: string) => unknown = () => undefined): ChannelTask<string> {
  return {
    name: "acme.work",
    *execute(item) {
      const error = fails(item);
      if (error) throw error;
      yield* sleep(10);
      log.push(item);
    },
  };
}

function channelOf<T>(items: readonly T[]): ReceiveChannel<T> {
  const [send, receive] = openMemoryChannel<T>(Number.POSITIVE_INFINITY);
  for (const item of items) send.sendNowait(item);
  send.close();
  return receive;
}

function* failsAfter(ms: number): Operation<never> {
  yield* sleep(ms);
  throw new Error("spawned");
}
