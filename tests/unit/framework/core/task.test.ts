import { type Operation, resource, run, scoped, sleep, spawn, suspend, all as together } from "effection";
import {
  type ChannelTask,
  channelReceiveLoop,
  EndOfChannel,
  openMemoryChannel,
  periodicLoop,
  type ReceiveChannel,
  Shutdown,
  ShutdownContext,
  type Task,
  type TaskContext,
  useTask,
} from "../../../../framework/core/index.ts";
import { withTask } from "../../../../framework/core/task.ts";
import { captureLog, describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

/** Sends its input on. */
const echo = (outbound: Task<string, string>["outbound"]): Task<string, string> => ({
  name: "acme.echo",
  ...(outbound && { outbound }),
  *execute(input, { send }) {
    yield* send(input);
  },
});

describe("an open task", () => {
  test("sends into its outbound channel, and waits while that is full", function* ({ clock }) {
    const [send, receive] = openMemoryChannel<string>(0);
    const execute = yield* useTask(echo(send));
    yield* spawn(function* () {
      yield* sleep(10);
      expect(yield* receive.receive()).toBe("a");
    });
    yield* execute("a");
    expect(clock.now()).toBe(10);
  });

  test("closes its channel with the scope it was opened in", function* () {
    const [send, receive] = openMemoryChannel<string>(10);
    yield* scoped(function* () {
      const execute = yield* useTask(echo(send));
      yield* execute("a");
    });
    expect(yield* all(receive)).toEqual(["a"]);
  });

  test("sends to nobody by default", function* () {
    const execute = yield* useTask(echo(undefined));
    yield* execute("a");
  });

  test("logs under its name", function* () {
    const captured = yield* captureLog();
    const execute = yield* useTask<string, never>({
      name: "acme.poll",
      *execute(input, { log }) {
        log.info({ input }, "Polled.");
      },
    });
    yield* execute("a");
    expect(captured.lines).toEqual([expect.objectContaining({ task: "acme.poll", input: "a", msg: "Polled." })]);
  });

  test("says so when something is sent after it was closed", function* () {
    const [send] = openMemoryChannel<string>(10);
    let context: TaskContext<string> | undefined;
    yield* scoped(function* () {
      const execute = yield* useTask<void, string>({
        name: "acme.poll",
        outbound: send,
        *execute(_, given) {
          context = given;
        },
      });
      yield* execute();
    });
    const error = yield* thrownBy(function* () {
      yield* context?.send("late") ?? suspend();
    });
    expect(error).toMatchObject({
      code: "E_TASK_NOT_OPEN",
      message: "acme.poll has been closed; send only while its loop runs.",
    });
  });

  test("fails an execution that has forgotten a yield*, and no other", function* () {
    const [send, receive] = openMemoryChannel<string>(10);
    const execute = yield* useTask<string, string>({
      name: "acme.poll",
      outbound: send,
      *execute(input, context) {
        if (input !== "a") context.send(input);
        if (input === "twice") context.send(input);
        if (input === "a") yield* together([context.send(input), context.send("too")]);
      },
    });
    const error = yield* thrownBy(() => execute("lost"));
    expect(error).toMatchObject({
      code: "E_NOT_YIELDED",
      message: "acme.poll has called send() once without yield*, and nothing was sent. Write yield* send(…).",
    });
    expect(yield* thrownBy(() => execute("twice"))).toMatchObject({ message: expect.stringContaining(" 2 times ") });
    yield* execute("a");
    expect(yield* receive.receiveBatch(10)).toEqual(["a", "too"]);
  });

  test("closes its channel when it cannot be opened", function* () {
    const [send, receive] = openMemoryChannel<string>(10);
    const error = yield* thrownBy(() =>
      scoped(() =>
        useTask<void, string>({
          name: "acme.poll",
          outbound: send,
          *open() {
            yield* sleep(1);
            throw new Error("no login");
          },
        }),
      ),
    );
    expect(error).toEqual(new Error("no login"));
    expect(yield* all(receive)).toEqual([]);
  });
});

describe("what a task opens", () => {
  test("is there for every execution and is closed after the loop", function* ({ clock }) {
    const log: string[] = [];
    const [send, receive] = openMemoryChannel<string>(10);
    for (const item of ["a", "b"]) send.sendNowait(item);
    send.close();
    yield* channelReceiveLoop(loggingTask(log), receive);
    log.push(`returned at ${clock.now()}`);
    expect(log).toEqual(["open", "a on connection", "b on connection", "closed", "returned at 3"]);
  });

  test("is closed when the loop is halted in the middle", function* ({ clock }) {
    const log: string[] = [];
    const [send, receive] = openMemoryChannel<string>(10);
    const loop = yield* spawn(() => channelReceiveLoop(loggingTask(log), receive));
    yield* send.send("a");
    yield* sleep(3);
    yield* loop.halt();
    expect([log, clock.now()]).toEqual([["open", "a on connection", "closed"], 3]);
  });

  test("may send for as long as the task is open", function* ({ clock: _ }) {
    const [send, receive] = openMemoryChannel<string>(10);
    const [items, inbound] = openMemoryChannel<string>(10);
    const loop = yield* spawn(() =>
      channelReceiveLoop<string, string>(
        {
          name: "acme.watch",
          outbound: send,
          *open(context) {
            yield* spawn(function* () {
              for (let i = 1; ; i++) {
                yield* sleep(10);
                yield* context.send(`beat ${i}`);
              }
            });
            return function* (item, { send }) {
              yield* send(item);
            };
          },
        },
        inbound,
      ),
    );
    yield* sleep(15);
    yield* items.send("item");
    yield* sleep(10);
    items.close();
    yield* loop;
    expect(yield* all(receive)).toEqual(["beat 1", "item", "beat 2"]);
  });
});

describe("what a task has spawned", () => {
  test("is halted before the channel is closed in which it waits for room", function* ({ clock: _ }) {
    const [send] = openMemoryChannel<string>(0);
    const [, inbound] = openMemoryChannel<string>(0);
    let isSending = false;
    const task: ChannelTask<string, string> = {
      name: "acme.watch",
      outbound: send,
      *open(context) {
        yield* spawn(function* () {
          isSending = true;
          yield* context.send("beat");
        });
        return function* () {};
      },
    };
    const loop = run(() => channelReceiveLoop(task, inbound));
    yield* sleep(1);
    yield* loop.halt(); // Throws what failed meanwhile.
    expect(isSending).toBe(true);
  });
});

describe("a loop", () => {
  test("closes its task's channel when it returns, while its caller goes on", function* () {
    const [send, receive] = openMemoryChannel<string>(10);
    const [items, inbound] = openMemoryChannel<string>(10);
    items.close();
    yield* channelReceiveLoop(echo(send), inbound);
    expect(yield* all(receive)).toEqual([]);
  });

  test("closes its task's channel when it never gets to run it", function* () {
    const shutdown = yield* ShutdownContext.set(new Shutdown());
    shutdown.request();
    const [send, receive] = openMemoryChannel<string>(10);
    yield* periodicLoop({ name: "acme.poll", outbound: send, *execute() {} }, { periodMs: 1_000 });
    expect(yield* all(receive)).toEqual([]);
  });

  test("is made with withTask, which throws what the loop throws when the task has been closed", function* () {
    const [send, receive] = openMemoryChannel<string>(10);
    const error = yield* thrownBy(() =>
      withTask(echo(send), function* (execute) {
        yield* execute("a");
        throw new Error("loop");
      }),
    );
    expect(error).toEqual(new Error("loop"));
    expect(yield* all(receive)).toEqual(["a"]);
  });
});

function loggingTask(log: string[]): ChannelTask<string> {
  return {
    name: "acme.work",
    *open() {
      const connection = yield* useConnection(log);
      return function* (item) {
        yield* sleep(1);
        log.push(`${item} on ${connection}`);
      };
    },
  };
}

/** Takes 1 ms to open. */
function useConnection(log: string[]): Operation<string> {
  return resource(function* (provide) {
    yield* sleep(1);
    log.push("open");
    try {
      yield* provide("connection");
    } finally {
      log.push("closed");
    }
  });
}

/** Everything up to the end of the channel, which must come. */
function* all<T>(receive: ReceiveChannel<T>): Operation<T[]> {
  const items: T[] = [];
  try {
    while (true) items.push(yield* receive.receive({ timeoutMs: 1_000 }));
  } catch (error) {
    if (!(error instanceof EndOfChannel)) throw error;
  }
  return items;
}
