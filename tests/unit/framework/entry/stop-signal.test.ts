import { ensure, type Operation, sleep, spawn, suspend, until } from "effection";
import { openNursery, Shutdown, ShutdownContext, untilShutdown } from "../../../../framework/core/index.ts";
import { exitCodes } from "../../../../framework/entry/index.ts";
import { supervise } from "../../../../framework/entry/supervise.ts";
import { test as base, describe, expect, vi } from "../../../../testlib/index.ts";
import { useLogger } from "../../../../toolkit/index.ts";

type Signal = "SIGTERM" | "SIGINT";

const test = base.extend({
  /** Runs an agent that has 10 s to end once it is told to. `exits` are the codes it called `process.exit` with. */
  *supervised({ log: _ }) {
    const exits: unknown[] = [];
    const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
      exits.push(code);
      return undefined as never;
    });
    yield* ensure(() => exit.mockRestore());
    return function* (agent: () => Operation<void>) {
      const shutdown = new Shutdown();
      const options = { log: yield* useLogger(), shutdown, shutdownTimeoutMs: 10_000 };
      const withShutdown = function* () {
        yield* ShutdownContext.set(shutdown);
        yield* agent();
      };
      const ended = yield* spawn(() => until(supervise(withShutdown, options)));
      yield* sleep(0);
      return { ended, exits, signal };
    };
  },
});

/** As the operating system would, but to us alone: whoever runs the tests listens too. */
function signal(name: Signal): void {
  process.listeners(name).at(-1)?.(name);
}

function* stubborn(): Operation<void> {
  yield* ensure(() => sleep(60_000));
  yield* suspend();
}

describe("a stop signal", () => {
  test("lets the agent finish its work: exit code 0", function* ({ clock, log, supervised }) {
    const { ended, signal } = yield* supervised(function* () {
      yield* untilShutdown(suspend);
      yield* sleep(8_000);
    });
    signal("SIGTERM");
    expect([yield* ended, clock.now()]).toEqual([exitCodes.clean, 8_000]);
    expect(log.messages).toEqual(["Stopping: delivering what is left.", "The agent has ended."]);
  });

  test("halts an agent that has not ended after 85 % of its time: exit code 0 too", function* ({
    clock,
    log,
    supervised,
  }) {
    const { ended, signal } = yield* supervised(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(suspend, { name: "sender" });
      }),
    );
    yield* clock.advance(60_000);
    signal("SIGINT");
    expect([yield* ended, clock.now()]).toEqual([exitCodes.clean, 68_500]);
    const msg = "Not everything could be delivered in time; the agent is halted.";
    log.expect({ level: "warn", msg, running: ["sender"] });
  });

  test("says so when what is halted fails to clean up", function* ({ clock, log, supervised }) {
    const { ended, signal } = yield* supervised(function* () {
      yield* ensure(() => {
        throw new Error("The disk is full.");
      });
      yield* suspend();
    });
    signal("SIGTERM");
    expect(yield* ended).toBe(exitCodes.clean);
    yield* clock.advance(0);
    log.expectError({ msg: "The agent's cleanup failed.", err: { message: "The disk is full." } });
  });

  test("leaves cleanup behind that does not end in time", function* ({ clock, log, supervised }) {
    const { ended, exits, signal } = yield* supervised(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(stubborn, { name: "stubborn" });
        nursery.startSoon(suspend, { name: "obedient" });
      }),
    );
    signal("SIGTERM");
    yield* clock.advance(10_000);
    expect(exits).toEqual([exitCodes.clean]);
    const msg = "The agent's cleanup did not end in time; the process ends without it.";
    log.expectError({ msg, running: ["stubborn"] });
    yield* ended;
  });

  test.each([
    ["SIGINT", exitCodes.interrupted],
    ["SIGTERM", exitCodes.terminated],
  ] as const)(
    "%s ends the process at once when it is the second, with %i",
    function* ([name, code], { supervised, clock: _ }) {
      const { ended, exits, signal } = yield* supervised(function* () {
        yield* untilShutdown(suspend);
        yield* sleep(5_000);
      });
      signal("SIGTERM");
      expect(exits).toEqual([]);
      signal(name);
      expect(exits).toEqual([code]);
      yield* ended;
    },
  );
});
