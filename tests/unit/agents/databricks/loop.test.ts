import { sleep, spawn, suspend } from "effection";
import { watchLoop } from "../../../../agents/databricks/loop.ts";
import { Watch } from "../../../../agents/databricks/watch-list.ts";
import { Shutdown, ShutdownContext, TaskNameContext } from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

const watchOf = (runId: number) =>
  new Watch(
    String(runId),
    { jobId: "7", progress: "PENDING", attempt: 0, startMs: 1, endedAtMs: 0, toldUntilMs: 0, tasks: {} },
    false,
  );

describe("watchLoop", () => {
  test("has a child of its own for each run, named after it, and no more of them than it may", function* ({
    clock,
    channel,
  }) {
    const [ask, asked] = channel<Watch>();
    const names: string[] = [];
    let underWay = 0;
    let most = 0;
    const task = {
      name: "test.watch",
      *execute() {
        names.push(yield* TaskNameContext.expect());
        most = Math.max(most, ++underWay);
        yield* sleep(1_000);
        underWay--;
      },
    };
    for (let run = 1; run <= 5; run++) ask.sendNowait(watchOf(run));
    yield* spawn(() => watchLoop(task, asked, { limit: 2 }));
    yield* clock.advance(1_500);
    expect(names).toEqual(["run 1", "run 2", "run 3", "run 4"]);
    yield* clock.advance(5_000);
    expect([names.at(-1), most, underWay]).toEqual(["run 5", 2, 0]);
  });

  test("ends on shutdown, with all watchers and its ends of both channels", function* ({ clock, channel }) {
    const shutdown = yield* ShutdownContext.set(new Shutdown());
    const [ask, asked] = channel<Watch>();
    const [send, receive] = channel<string>();
    let halted = 0;
    const task = {
      name: "test.watch",
      outbound: send,
      *execute() {
        try {
          yield* suspend();
        } finally {
          halted++;
        }
      },
    };
    for (let run = 1; run <= 3; run++) ask.sendNowait(watchOf(run));
    const loop = yield* spawn(() => watchLoop(task, asked, { limit: 2 }));
    yield* clock.advance(10);
    shutdown.request();
    yield* loop;
    expect([halted, receive.statistics().openSenders, asked.statistics().openReceivers]).toEqual([2, 0, 0]);
  });

  test("ends with what a watcher throws", function* ({ channel }) {
    const [ask, asked] = channel<Watch>();
    ask.sendNowait(watchOf(1));
    const task = {
      name: "test.watch",
      *execute() {
        throw new Error("The channel is broken.");
      },
    };
    const error = yield* thrownBy(() => watchLoop(task, asked, { limit: 2 }));
    expect(error).toMatchObject({ errors: [{ message: "The channel is broken." }] });
  });
});
