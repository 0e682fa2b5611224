import { sleep, spawn } from "effection";
import { websocketHandle } from "../../../../agents/target_example/handles.ts";
import { runHandle } from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { fakeConnection } from "./support.ts";

const start = Date.parse("2024-05-01T00:10:00Z");

describe("websocketHandle", () => {
  test("makes an event of the next message, as of its receipt", { clock: { start } }, function* ({ clock }) {
    const [connection, messages] = fakeConnection();
    yield* spawn(function* () {
      yield* clock.advance(2_000);
      yield* messages.send('{"pipeline_key":"p","run_key":"r","status":"running"}');
    });
    const event = yield* runHandle(websocketHandle("BATCH_PIPELINE"), connection);
    expect(event).toEqual({
      type: "run-status",
      body: {
        pipeline_key: "p",
        run_key: "r",
        status: "RUNNING",
        event_timestamp: "2024-05-01T00:10:02+00:00",
        component_tool: "example",
        metadata: {},
      },
    });
  });

  test("receives in handle and nothing else: what came is untouched until postHook", function* () {
    const [connection, messages] = fakeConnection();
    const handle = websocketHandle("DATASET");
    messages.sendNowait("not json");
    yield* handle.preHook();
    expect(yield* handle.handle(connection)).toBe("not json");
    expect(yield* thrownBy(() => handle.postHook("not json"))).toMatchObject({ code: "E_MESSAGE_NOT_JSON" });
  });

  test("leaves the messages that it did not take to the next run", function* () {
    const [connection, messages] = fakeConnection();
    const handle = websocketHandle("BATCH_PIPELINE");
    messages.sendNowait('{"pipeline_key":"p","run_key":"first","status":"RUNNING"}');
    messages.sendNowait('{"pipeline_key":"p","run_key":"second","status":"RUNNING"}');
    const bodies = [yield* runHandle(handle, connection), yield* runHandle(handle, connection)].map(({ body }) => body);
    expect(bodies.map((body) => "run_key" in body && body.run_key)).toEqual(["first", "second"]);
  });

  test("says which phase took too long", function* ({ clock }) {
    const [connection] = fakeConnection();
    const handle = websocketHandle("BATCH_PIPELINE");
    const error = yield* thrownBy(() => runHandle(handle, connection, { timeoutMs: 30_000 }));
    expect(error).toMatchObject({
      code: "E_TOO_SLOW",
      label: "target_example.receive_message.handle",
      afterMs: 30_000,
    });
    expect(clock.now()).toBe(30_000);
  });

  test("takes no message with it when it is halted", function* ({ clock }) {
    const [connection, messages] = fakeConnection();
    const waiting = yield* spawn(() => runHandle(websocketHandle("DATASET"), connection));
    yield* clock.advance(10);
    yield* waiting.halt();
    messages.sendNowait("still there");
    yield* sleep(10);
    expect(yield* connection.receive()).toBe("still there");
  });
});
