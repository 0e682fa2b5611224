import { type Operation, sleep, spawn, suspend } from "effection";
import { type PeriodicTask, periodicLoop, settle, type Tick } from "../../../../../framework/core/index.ts";
import { openEventChannel } from "../../../../../framework/delivery/index.ts";
import { afterEach, test as base, describe, expect, thrownBy, vi } from "../../../../../testlib/index.ts";
import { type ObservabilityEvent, runStatusEvent } from "../../../../../toolkit/observability/index.ts";
import { setWallClock } from "./wall-clock.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Window = readonly [previous: number, now: number];
type Execute = (tick: Tick, context: { send(event: ObservabilityEvent): Operation<void> }) => Operation<void>;

afterEach(() => {
  vi.restoreAllMocks();
});

const test = base.extend({
  /**
   * Lets an agent poll every 10 s for so long, with its state in a directory that outlives it.
   * @returns the windows that its task was given, and how many events there have ever been
   */
  *live({ contexts, stateDirectory }) {
    return function* (ms: number, execute: Execute = function* () {}) {
      const windows: Window[] = [];
      const outcome = yield* settle(function* () {
        const { shutdown, outbox } = yield* contexts({ DK_STATE_DIR: stateDirectory });
        const [send] = yield* openEventChannel();
        const task: PeriodicTask<ObservabilityEvent> = {
          name: "acme.poll",
          outbound: send,
          *execute(tick, context) {
            windows.push([tick.previous, tick.now]);
            yield* execute(tick, context);
          },
        };
        setTimeout(() => shutdown.request(), ms);
        yield* periodicLoop(task, { periodMs: 10_000, watermark: { lookbackMs: HOUR_MS } });
        return outbox.statistics().emitted;
      });
      if (!outcome.ok) throw outcome.error;
      return { windows, emitted: outcome.value };
    };
  },
});

const event = runStatusEvent({ pipeline_key: "p", run_key: "r", status: "RUNNING" });

describe("windows with a watermark", () => {
  test("reach back so far at the first start", { clock: { start: DAY_MS } }, function* ({ clock: _, live }) {
    const { windows } = yield* live(15_000);
    expect(windows).toEqual([
      [DAY_MS - HOUR_MS, DAY_MS],
      [DAY_MS, DAY_MS + 10_000],
    ]);
  });

  test("go on after a restart where they ended", function* ({ clock, live }) {
    yield* live(15_000);
    yield* sleep(6 * HOUR_MS);
    const now = clock.now();
    expect((yield* live(1_000)).windows).toEqual([[10_000, now]]);
  });

  test("go on where the last one ended that succeeded", function* ({ clock, live }) {
    let ticks = 0;
    yield* live(35_000, function* () {
      if (++ticks > 2) throw new Error("no luck");
    });
    const now = clock.now();
    expect((yield* live(1_000)).windows).toEqual([[10_000, now]]);
  });

  test("never pass an event that was not kept: a tick that is halted keeps neither", function* ({ clock, live }) {
    const first = yield* live(15_000, function* ({ now }, { send }) {
      yield* send(event);
      if (now > 0) yield* suspend();
    });
    expect([first.windows.at(-1), first.emitted]).toEqual([[0, 10_000], 1]);
    const now = clock.now();
    const second = yield* live(1_000, (_tick, { send }) => send(event));
    expect([second.windows, second.emitted]).toEqual([[[0, now]], 2]);
  });

  test("reach back when the saved one lies ahead: a clock was wrong", { clock: { start: DAY_MS } }, function* ({
    clock,
    live,
  }) {
    setWallClock({ aheadMs: 100 * DAY_MS });
    yield* live(1_000);
    vi.restoreAllMocks();
    const now = clock.now();
    expect((yield* live(1_000)).windows).toEqual([[now - HOUR_MS, now]]);
  });
});

describe("two loops with tasks of one name", () => {
  const task: PeriodicTask = { name: "acme.poll", *execute() {} };
  const poll = () => periodicLoop(task, { periodMs: 10_000, watermark: { lookbackMs: 0 } });

  test("are refused: one would move on the other's windows", function* ({ contexts, clock }) {
    yield* contexts();
    yield* spawn(poll);
    yield* clock.advance(0);
    expect(yield* thrownBy(poll)).toMatchObject({
      code: "E_WATERMARK_OPEN",
      message: expect.stringContaining('"acme.poll"'),
    });
  });

  test("run one after the other", function* ({ contexts, clock }) {
    yield* contexts();
    for (let loops = 0; loops < 2; loops++) {
      const running = yield* spawn(poll);
      yield* clock.advance(0);
      yield* running.halt();
    }
  });
});

test("without an outbox, windows reach back at each start", function* ({ clock }) {
  yield* sleep(2 * HOUR_MS);
  const windows: Window[] = [];
  const task: PeriodicTask = {
    name: "acme.poll",
    *execute({ previous, now, finish }) {
      windows.push([previous, now]);
      finish();
    },
  };
  yield* periodicLoop(task, { periodMs: 10_000, watermark: { lookbackMs: HOUR_MS } });
  expect(windows).toEqual([[clock.now() - HOUR_MS, clock.now()]]);
});
