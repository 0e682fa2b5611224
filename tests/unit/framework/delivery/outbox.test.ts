import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, spawn, until } from "effection";
import { z } from "zod";
import { eventLoopTurn, Monitor, MonitorContext } from "../../../../framework/core/index.ts";
import { EventStore, openEventChannel, openState, openStoreForCommand } from "../../../../framework/delivery/index.ts";
import { afterEach, describe, expect, thrownBy, vi } from "../../../../testlib/index.ts";
import { AgentError } from "../../../../toolkit/errors.ts";
import { messageLogEvent, withDedupeKey } from "../../../../toolkit/observability/index.ts";
import { test } from "./life.ts";
import { deliver, event, isEmpty } from "./support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const diskFull = () => new AgentError("E_STORE_FULL", "The disk is full.", { retryable: true });

describe("a disk that is full", () => {
  test("makes senders wait, says so once a minute, and loses nothing", function* ({ clock, log, live }) {
    yield* live(function* ({ send, receive, outbox }) {
      const commit = vi.spyOn(EventStore.prototype, "commit").mockImplementation(() => {
        throw diskFull();
      });
      const sender = yield* spawn(() => send.send(event("r", "1")));
      yield* clock.advance(0);
      send.sendNowait(event("r", "2"));
      yield* clock.advance(90_000);
      expect([isEmpty(receive), outbox.statistics().error?.message]).toEqual([true, "The disk is full."]);
      expect(log.lines.filter(({ level }) => level === "warn")).toMatchObject([
        { msg: "The store failed; it is tried again, and nothing is lost.", access: "commit" },
        { access: "commit", leftOut: expect.any(Number) },
      ]);
      expect(commit.mock.calls.length).toBeLessThan(60);
      commit.mockRestore();
      yield* sender;
      expect(yield* deliver(receive, 2)).toEqual(["1", "2"]);
      expect(outbox.statistics()).toMatchObject({ emitted: 2, acknowledged: 2, error: undefined });
    });
  });

  test("lets a sender that is halted go, without its event", function* ({ clock, life: { send, receive, outbox } }) {
    const commit = vi.spyOn(EventStore.prototype, "commit").mockImplementation(() => {
      throw diskFull();
    });
    const sender = yield* spawn(() => send.send(event("r", "1")));
    yield* clock.advance(1_000);
    yield* sender.halt();
    commit.mockRestore();
    yield* send.send(event("r", "2"));
    expect(yield* deliver(receive, 1)).toEqual(["2"]);
    expect(outbox.statistics().emitted).toBe(1);
  });

  test("hears of all events at a time that are delivered in one turn", function* ({ life: { send, receive } }) {
    const acknowledge = vi.spyOn(EventStore.prototype, "acknowledge");
    for (let i = 0; i < 100; i++) send.sendNowait(event(`run ${i}`, String(i)));
    for (const each of yield* receive.receiveBatch(100)) receive.acknowledge(each);
    yield* eventLoopTurn();
    expect(acknowledge.mock.calls.map(([ids]) => ids.length)).toEqual([100]);
    acknowledge.mockRestore();
  });

  test("sends nothing twice that it cannot delete", function* ({ clock, life: { send, receive, outbox } }) {
    for (const name of ["1", "2", "3"]) yield* send.send(event("r", name));
    const acknowledge = vi.spyOn(EventStore.prototype, "acknowledge").mockImplementation(() => {
      throw diskFull();
    });
    expect(yield* deliver(receive, 3)).toEqual(["1", "2", "3"]);
    yield* clock.advance(60_000);
    expect([isEmpty(receive), outbox.statistics().error?.message]).toEqual([true, "The disk is full."]);
    yield* send.send(event("r", "4"));
    expect(yield* deliver(receive, 1)).toEqual(["4"]);
    acknowledge.mockRestore();
    yield* clock.advance(60_000);
    expect(outbox.statistics()).toMatchObject({ acknowledged: 4, queued: 0, error: undefined });
  });
});

test("events are read from disk no longer than they must be after a replay, also under steady load", function* ({
  life: { send, receive, outbox },
}) {
  yield* send.send(event("dead", "1"));
  receive.refuse(yield* receive.receive(), { status: 400, answer: "" });
  for (let i = 0; i < 8; i++) {
    yield* spawn(function* () {
      while (true) yield* send.send(event(`run ${i}`, "1"));
    });
  }
  yield* spawn(function* () {
    while (true) receive.acknowledge(yield* receive.receive());
  });
  vi.spyOn(EventStore.prototype, "sync").mockImplementation(() => new Promise((resolve) => setImmediate(resolve)));
  yield* eventLoopTurn();
  yield* until(outbox.replay("all"));
  for (let turn = 0; turn < 200; turn++) yield* eventLoopTurn();
  const read = vi.spyOn(EventStore.prototype, "eventsAfter");
  for (let turn = 0; turn < 200; turn++) yield* eventLoopTurn();
  expect(read).not.toHaveBeenCalled();
  expect(outbox.statistics().acknowledged).toBeGreaterThan(100);
});

test("what could not be deleted for long is deleted a little at a time", function* ({
  clock,
  life: { send, receive },
}) {
  for (let i = 0; i < 1_000; i++) send.sendNowait(event(`run ${i}`, String(i)));
  const acknowledge = vi.spyOn(EventStore.prototype, "acknowledge").mockImplementation(() => {
    throw diskFull();
  });
  yield* deliver(receive, 1_000);
  acknowledge.mockRestore();
  const again = vi.spyOn(EventStore.prototype, "acknowledge");
  yield* clock.advance(60_000);
  expect(again.mock.calls.map(([ids]) => ids.length)).toEqual([512, 488]);
});

describe("a sync of the disk", () => {
  test("comes before the event goes out, and before send returns", function* ({ clock, life: { send, receive } }) {
    let finish = () => {};
    vi.spyOn(EventStore.prototype, "sync").mockImplementation(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    let isSent = false;
    yield* spawn(function* () {
      yield* send.send(event("r", "1"));
      isSent = true;
    });
    yield* clock.advance(1_000);
    expect([isSent, isEmpty(receive)]).toEqual([false, true]);
    finish();
    yield* clock.advance(0);
    expect(isSent).toBe(true);
    expect(yield* deliver(receive, 1)).toEqual(["1"]);
  });

  test("that fails is done again", function* ({ clock, life: { send, receive, outbox } }) {
    const sync = vi.spyOn(EventStore.prototype, "sync").mockRejectedValueOnce(diskFull());
    yield* send.send(event("r", "1"));
    expect([sync.mock.calls.length, clock.now() > 0]).toEqual([2, true]);
    expect(yield* deliver(receive, 1)).toEqual(["1"]);
    expect(outbox.statistics().error).toBeUndefined();
  });

  test("is shared by all that are sent at a time", function* ({ life: { send, receive } }) {
    const sync = vi.spyOn(EventStore.prototype, "sync");
    const senders = [];
    for (let i = 0; i < 100; i++) senders.push(yield* spawn(() => send.send(event(`run ${i}`, "1"))));
    for (const sender of senders) yield* sender;
    expect(sync.mock.calls.length).toBeLessThanOrEqual(2);
    yield* deliver(receive, 100);
  });

  test("interrupted by a halt leaves the event kept", function* ({ clock, live }) {
    yield* live(function* ({ send }) {
      const sync = vi.spyOn(EventStore.prototype, "sync").mockReturnValue(new Promise(() => {}));
      const sender = yield* spawn(() => send.send(event("r", "1")));
      yield* clock.advance(10);
      yield* sender.halt();
      sync.mockRestore();
    });
    expect(yield* live(({ receive }) => deliver(receive, 1))).toEqual(["1"]);
  });
});

describe("a store that has used up its space", () => {
  test("makes senders wait until something is delivered", function* ({ clock, live }) {
    yield* live(function* ({ send, receive }) {
      yield* send.send(event("r", "1"));
      const isFull = vi.spyOn(EventStore.prototype, "isFull", "get").mockReturnValue(true);
      yield* clock.advance(1_000); // for it to be noticed
      const sender = yield* spawn(() => send.send(event("r", "2")));
      yield* clock.advance(10_000);
      expect(send.statistics().sendersWaiting).toBe(1);
      isFull.mockReturnValue(false);
      expect(yield* deliver(receive, 1)).toEqual(["1"]);
      yield* sender;
    });
  });
});

describe("what cannot be kept", () => {
  const poisons = [
    ["a key that is no text", withDedupeKey(event("bad", "1"), JSON.parse("901")), /dedupeKey is not a text/],
    ["a type that is unknown", { ...event("bad", "1"), type: JSON.parse('"run"') }, /type is none/],
    ["no body", { ...event("bad", "1"), body: JSON.parse("{}").body }, /body is missing/],
  ] as const;

  test.each(poisons)(
    "is the error of who sends it, and of nobody else: %s",
    function* ([, bad, problem], { life: { send, receive } }) {
      const message = expect.stringMatching(problem);
      expect(yield* thrownBy(() => send.send(bad))).toMatchObject({ code: "E_EVENT_INVALID", message });
      yield* send.send(event("good", "1"));
      expect(yield* deliver(receive, 1)).toEqual(["1"]);
    },
  );

  test("is the error of who sets it, when it is state", function* ({ life: { send, receive } }) {
    const state = yield* openState({ name: "acme.runs", schema: z.number() });
    expect(yield* thrownBy(() => state.set(JSON.parse("901"), 1))).toMatchObject({ code: "E_STATE_KEY" });
    yield* send.send(event("good", "1"));
    expect(yield* deliver(receive, 1)).toEqual(["1"]);
  });
});

describe("an outbox that is full for long", () => {
  const reasons = function* () {
    return (yield* MonitorContext.expect()).health.reasons.map(({ subject, reason }) => `${subject}: ${reason}`);
  };
  const letter = (i: number) =>
    messageLogEvent({ pipeline_key: "p", run_key: `r${i}`, log_level: "INFO", message: "x".repeat(2_000) });

  test("says so once, and what to do, until there is room", function* ({ clock, contexts, log, stateDirectory }) {
    yield* MonitorContext.set(new Monitor());
    const { outbox } = yield* contexts({ DK_STATE_DIR: stateDirectory, DK_STATE_MAX_MIB: "1" });
    const [send, receive] = yield* openEventChannel();
    yield* spawn(function* () {
      while (true) receive.refuse(yield* receive.receive(), { status: 400, answer: "" });
    });
    yield* spawn(function* () {
      for (let i = 0; i < 300; i++) yield* send.send(letter(i));
    });
    yield* clock.advance(3_600_000);
    const why = expect.stringMatching(
      /^store: The outbox is full, .* take up 1 MiB\. .*"dlq purge".* state_max_mib\.$/,
    );
    expect(yield* reasons()).toEqual([why]);
    expect(log.messages).toEqual([expect.stringContaining("The outbox is full")]);
    const command = openStoreForCommand(stateDirectory);
    command.purge("all");
    command.close();
    yield* clock.advance(5_000);
    expect([yield* reasons(), outbox.isFull]).toEqual([[], false]);
  });

  test("in memory tells to set state_dir", function* ({ clock, contexts, log }) {
    yield* MonitorContext.set(new Monitor());
    yield* contexts();
    const [send] = yield* openEventChannel();
    yield* spawn(function* () {
      for (let i = 0; i < 2_000; i++) yield* send.send(letter(i));
    });
    yield* clock.advance(5_000);
    expect(log.messages).toEqual([]);
    yield* clock.advance(20_000);
    expect(yield* reasons()).toEqual([expect.stringContaining("1024 events wait to be delivered, in memory.")]);
    log.expect({ level: "warn", msg: expect.stringContaining("set state_dir") });
  });
});

describe("a command of the operator", () => {
  test("that queues events again is noticed within some seconds, also when nothing else happens", function* ({
    clock,
    live,
    stateDirectory,
  }) {
    yield* live(function* ({ send, receive }) {
      yield* send.send(event("r", "1"));
      receive.refuse(yield* receive.receive(), { status: 400, answer: "" });
      yield* clock.advance(0);
      yield* clock.advance(60_000);
      const store = openStoreForCommand(stateDirectory);
      expect(store.replay("all")).toBe(1);
      store.close();
      const waiting = yield* spawn(() => deliver(receive, 1));
      yield* sleep(5_000);
      expect(yield* waiting).toEqual(["1"]);
    });
  });
});

describe("a state directory", () => {
  test("whose files are removed while nothing happens has them again within a minute", function* ({
    clock,
    live,
    stateDirectory,
    log,
  }) {
    log.expectError("The store's files were removed");
    yield* live(function* ({ send, receive }) {
      yield* send.send(event("r", "1"));
      receive.retryAfter(yield* receive.receive(), 600_000);
      yield* clock.advance(30_000);
      for (const file of readdirSync(stateDirectory)) rmSync(join(stateDirectory, file));
      yield* clock.advance(65_000);
      expect(readdirSync(stateDirectory)).toContain("outbox.db");
      const store = openStoreForCommand(stateDirectory);
      expect(store.totals()).toMatchObject({ queued: 1 });
      store.close();
    });
  });

  test("that is not there is made, for nobody else to look into", function* ({ contexts, stateDirectory }) {
    const directory = join(stateDirectory, "new/state");
    const { outbox } = yield* contexts({ DK_STATE_DIR: directory });
    expect([outbox.isDurable, statSync(directory).mode & 0o777]).toEqual([true, 0o700]);
  });

  test.each([
    ["that is a file", "file", /not a directory/],
    ["that cannot be made", "file/below", /ENOTDIR/],
  ] as const)(
    "%s is done without, and the log says so",
    function* ([, name, problem], { contexts, log, stateDirectory }) {
      writeFileSync(join(stateDirectory, "file"), "");
      const { outbox } = yield* contexts({ DK_STATE_DIR: join(stateDirectory, name) });
      expect(outbox.isDurable).toBe(false);
      expect(log.lines).toMatchObject([{ level: "warn", problem: expect.stringMatching(problem) }]);
    },
  );
});

describe("an outbox in memory", () => {
  test("takes no more than state_max_mib, whatever its keys and dead letters would take", function* ({
    contexts,
    clock,
    log,
  }) {
    const { outbox } = yield* contexts({ DK_STATE_MAX_MIB: "1" });
    const [send, receive] = yield* openEventChannel();
    yield* spawn(function* () {
      for (let i = 0; i < 20_000; i++) yield* send.send(withDedupeKey(event("r", `${i}`), `acme/pipeline/run/${i}`));
    });
    yield* spawn(function* () {
      for (let i = 0; i < 20_000; i++) {
        const each = yield* receive.receive();
        if (i % 2 === 0) receive.acknowledge(each);
        else receive.refuse(each, { status: 400, answer: "" });
      }
    });
    yield* clock.advance(120_000);
    expect(outbox.statistics()).toMatchObject({ emitted: 20_000, queued: 0 });
    expect(outbox.statistics().usedBytes).toBeLessThan(1.1 * 2 ** 20);
    log.expect("The store is in memory and full");
  });
});
