import { spawn } from "effection";
import { targetExampleAgent } from "../../../../agents/target_example/agent.ts";
import { exampleConfiguration } from "../../../../agents/target_example/configuration.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "../../../../testlib/index.ts";
import { message } from "./support.ts";

// The waits between attempts are random, up to a ceiling: here always half of it.
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0.5));
afterEach(() => void vi.restoreAllMocks());

const runs = { DK_EXAMPLE_COMPONENT_TYPE: "BATCH_PIPELINE", DK_HEARTBEAT_PERIOD: "1" };
const sections = [exampleConfiguration];

describe("targetExampleAgent", () => {
  test("goes on after a lost connection, heartbeats uninterrupted", function* ({
    clock,
    target,
    server,
    contexts,
    log,
  }) {
    yield* contexts({ ...server.env, ...target.env, ...runs }, sections);
    yield* spawn(targetExampleAgent);
    yield* target.until(() => target.connections === 1);
    for (const number of [1, 2, 3]) target.send(message(number));
    yield* server.until(({ totals }) => totals.accepted === 3);
    target.refuse(2);
    target.closeClients(1006);
    yield* target.until(() => target.accepted === 2);
    target.send(message(4));
    yield* server.until(({ totals }) => totals.accepted === 4);
    yield* clock.advance(2_500);
    expect(server.events.map(({ body }) => body["metadata"])).toEqual([1, 2, 3, 4].map((number) => ({ number })));
    const waits = log.lines.filter(({ msg }) => msg === "Connecting again.").map((line) => line["waitMs"]);
    expect(waits).toEqual([0, 2_500, 5_000]);
    expect(server.heartbeats.map(({ receivedAt }) => receivedAt)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seconds) => seconds * 1_000),
    );
    expect(server.heartbeats[0]).toMatchObject({ key: "agent test key", tool: "example tool" });
  });

  test("makes dataset operations of what a service of datasets says", function* ({ target, server, contexts }) {
    yield* contexts({ ...server.env, ...target.env, DK_EXAMPLE_COMPONENT_TYPE: "dataset" }, sections);
    yield* spawn(targetExampleAgent);
    yield* target.until(() => target.connections === 1);
    target.send('{"dataset_key":"orders","operation":"WRITE","path":"/o/1.parquet"}');
    yield* server.until(({ totals }) => totals.accepted === 1);
    expect(server.events[0]).toMatchObject({
      type: "dataset-operation",
      body: { dataset_key: "orders", operation: "WRITE", path: "/o/1.parquet" },
    });
  });

  test("ends on shutdown, when all that it has received is delivered", function* ({ target, server, contexts }) {
    const { shutdown } = yield* contexts({ ...server.env, ...target.env, ...runs }, sections);
    server.faults.latencyMs = 5;
    const agent = yield* spawn(targetExampleAgent);
    yield* target.until(() => target.connections === 1);
    for (const number of Array(50).keys()) target.send(message(number));
    yield* server.until(({ totals }) => totals.accepted === 1);
    shutdown.request();
    yield* agent;
    expect(server.events.map(({ body }) => body["metadata"])).toEqual(
      [...Array(50).keys()].map((number) => ({ number })),
    );
  });
});
