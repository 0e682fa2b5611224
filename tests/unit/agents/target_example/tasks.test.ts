import { scoped, spawn } from "effection";
import { websocketTask } from "../../../../agents/target_example/tasks.ts";
import { useTask } from "../../../../framework/core/index.ts";
import { describe, expect, received, test, thrownBy } from "../../../../testlib/index.ts";
import type { ObservabilityEvent } from "../../../../toolkit/observability/index.ts";
import { fakeConnection, message, numberOf, settings } from "./support.ts";

describe("websocketTask", () => {
  test("sends one message on as one event", function* ({ channel }) {
    const [connection, messages] = fakeConnection();
    const [send, receive] = channel<ObservabilityEvent>();
    const execute = yield* useTask(websocketTask(settings, send));
    messages.sendNowait('{"pipeline_key":"p","run_key":"r","status":"COMPLETED"}');
    yield* execute(connection);
    expect(received(receive)).toMatchObject([
      { type: "run-status", body: { pipeline_key: "p", run_key: "r", status: "COMPLETED" } },
    ]);
  });

  test("keeps the order of the messages", function* ({ channel }) {
    const [connection, messages] = fakeConnection();
    const [send, receive] = channel<ObservabilityEvent>();
    const execute = yield* useTask(websocketTask(settings, send));
    for (const number of [1, 2, 3]) messages.sendNowait(message(number));
    for (const _ of [1, 2, 3]) yield* execute(connection);
    expect(received(receive).map(numberOf)).toEqual([1, 2, 3]);
  });

  test("makes dataset-operation events when it is told so", function* ({ channel }) {
    const [connection, messages] = fakeConnection();
    const [send, receive] = channel<ObservabilityEvent>();
    const execute = yield* useTask(websocketTask({ ...settings, component_type: "DATASET" }, send));
    messages.sendNowait('{"dataset_key":"orders","operation":"WRITE"}');
    yield* execute(connection);
    expect(received(receive)).toMatchObject([{ type: "dataset-operation", body: { dataset_key: "orders" } }]);
  });

  test("waits while the channel is full, and takes no further message meanwhile", function* ({ clock, channel }) {
    const [connection, messages] = fakeConnection();
    const [send, receive] = channel<ObservabilityEvent>(1);
    const execute = yield* useTask(websocketTask(settings, send));
    for (const number of [1, 2, 3]) messages.sendNowait(message(number));
    yield* spawn(function* () {
      while (true) yield* execute(connection);
    });
    yield* clock.advance(60_000);
    expect([messages.statistics().bufferUsed, receive.statistics().sendersWaiting]).toEqual([1, 1]);
    expect(numberOf(yield* receive.receive())).toBe(1);
  });

  test("closes its end of the channel with its loop", function* ({ channel }) {
    const [send, receive] = channel<ObservabilityEvent>();
    yield* scoped(() => useTask(websocketTask(settings, send)));
    expect(yield* thrownBy(() => receive.receive())).toMatchObject({ code: "E_CHANNEL_END" });
  });
});

describe("a message that makes no sense", () => {
  test("is skipped; the next good one is sent", function* ({ channel, log }) {
    const [connection, messages] = fakeConnection();
    const [send, receive] = channel<ObservabilityEvent>();
    const execute = yield* useTask(websocketTask(settings, send));
    for (const text of ["not json", "[1,2]", '{"status":"RUNNING"}', message(4)]) {
      messages.sendNowait(text);
      yield* execute(connection);
    }
    expect(received(receive).map(numberOf)).toEqual([4]);
    const skipped = { level: "warn", msg: "Skipped a message." };
    expect(log.lines).toMatchObject([
      { ...skipped, reason: "The message is not JSON.", excerpt: "not json", malformed: 1 },
      { ...skipped, reason: "The message is not a JSON object.", excerpt: "[1,2]", malformed: 2 },
      { ...skipped, reason: expect.stringContaining("pipeline_key"), malformed: 3 },
    ]);
    expect(log.lines.some((line) => "err" in line)).toBe(false); // no stacks: the message is to blame, not the code
  });

  test("is logged once a minute, however many there are", function* ({ clock, channel, log }) {
    const [connection, messages] = fakeConnection();
    const [send] = channel<ObservabilityEvent>();
    const execute = yield* useTask(websocketTask(settings, send));
    for (let minute = 0; minute < 3; minute++) {
      for (let i = 0; i < 100; i++) {
        messages.sendNowait("not json");
        yield* execute(connection);
      }
      yield* clock.advance(60_000);
    }
    expect(log.lines).toMatchObject([{ malformed: 1 }, { malformed: 101, leftOut: 99 }, { malformed: 201 }]);
  });
});

describe("a silent service", () => {
  test("is told of when the timeout has passed, and fails nothing", function* ({ clock, channel, log }) {
    const [connection, messages] = fakeConnection();
    const [send, receive] = channel<ObservabilityEvent>();
    const execute = yield* useTask(websocketTask(settings, send));
    yield* execute(connection);
    expect(clock.now()).toBe(30_000);
    expect(log.lines).toMatchObject([
      {
        level: "info",
        task: "target_example.forward_message",
        phase: "target_example.receive_message.handle",
        seconds: 30,
        msg: "Nothing came in time; the connection is kept.",
      },
    ]);
    messages.sendNowait(message(1));
    yield* execute(connection);
    expect(received(receive).map(numberOf)).toEqual([1]);
  });
});

describe("a lost connection", () => {
  test("is the loop's business: the error goes through, and the channel stays open", function* ({ channel }) {
    const [connection, messages] = fakeConnection();
    const [send, receive] = channel<ObservabilityEvent>();
    const execute = yield* useTask(websocketTask(settings, send));
    messages.close();
    expect(yield* thrownBy(() => execute(connection))).toMatchObject({ code: "E_CHANNEL_END" });
    expect(receive.statistics().openSenders).toBe(1);
  });
});
