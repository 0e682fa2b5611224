import { action, all, type Operation, spawn } from "effection";
import { type AgentTarget, useAgentTarget } from "../../../../testlib/agent-target/index.ts";
import type { TargetMessage } from "../../../../testlib/agent-target/message.ts";
import { expect, test, thrownBy } from "../../../../testlib/index.ts";
import { useClient } from "./client.ts";

/** More than any kernel buffers: 30 MB. */
const plenty = 3_000;
const long = { message: () => "x".repeat(10_000) };

test("sends every message once, in order", function* () {
  const target = yield* useAgentTarget();
  const client = yield* useClient(target.url);
  yield* target.until(() => target.connections === 1);
  expect(yield* target.flood(1_000, { message: (index) => `message ${index}` })).toBe(1_000);
  yield* client.received(1_000);
  expect(client.messages).toEqual(Array.from({ length: 1_000 }, (_, index) => `message ${index}`));
  expect(target.sent).toBe(1_000);
});

test("its default messages are all different and spread over 100 runs", function* () {
  const target = yield* useAgentTarget();
  const client = yield* useClient(target.url);
  yield* target.until(() => target.connections === 1);
  yield* target.flood(5_000);
  yield* client.received(5_000);
  const messages: TargetMessage[] = client.messages.map((text) => JSON.parse(text));
  expect(new Set(messages.map(({ run_key }) => run_key)).size).toBe(100);
  expect(
    new Set(messages.map(({ pipeline_key, run_key, task_key }) => [pipeline_key, run_key, task_key].join())).size,
  ).toBe(5_000);
});

test("waits for a slow client, and sends on when it reads again", function* () {
  const target = yield* useAgentTarget();
  const client = yield* useClient(target.url);
  yield* target.until(() => target.connections === 1);
  client.webSocket.pause();
  const flood = yield* spawn(() => target.flood(plenty, long));
  yield* target.until(() => target.sent > 0);
  const held = yield* sentWhenQuiet(target);
  expect(held).toBeLessThan(plenty);
  client.webSocket.resume();
  expect(yield* flood).toBe(plenty);
  yield* client.received(plenty);
  expect(client.messages).toHaveLength(plenty);
});

test("a slow client does not hold up a fast one", function* () {
  const target = yield* useAgentTarget();
  const slow = yield* useClient(target.url);
  const fast = yield* useClient(target.url);
  yield* target.until(() => target.connections === 2);
  slow.webSocket.pause();
  const flood = yield* spawn(() => target.flood(plenty, long));
  yield* fast.received(plenty);
  expect(target.sent).toBeLessThan(2 * plenty);
  slow.webSocket.resume();
  expect(yield* flood).toBe(2 * plenty);
});

test("ends early for a client that leaves, and says how many were sent", function* () {
  const target = yield* useAgentTarget();
  const client = yield* useClient(target.url);
  yield* target.until(() => target.connections === 1);
  client.webSocket.pause();
  const flood = yield* spawn(() => target.flood(plenty, long));
  yield* target.until(() => target.sent > 0);
  client.webSocket.terminate();
  expect(yield* flood).toBeLessThan(plenty);
});

test("stops when it is halted, and the client can still be sent to", function* () {
  const target = yield* useAgentTarget();
  const client = yield* useClient(target.url);
  yield* target.until(() => target.connections === 1);
  const flood = yield* spawn(() => target.flood(plenty, { message: () => "flood" }));
  yield* client.received(1_000);
  yield* flood.halt();
  target.send("after the flood");
  yield* client.received(target.sent);
  expect(client.messages.at(-1)).toBe("after the flood");
  expect(client.messages.length).toBeLessThan(plenty);
});

test("two floods at a time both arrive", function* () {
  const target = yield* useAgentTarget();
  const client = yield* useClient(target.url);
  yield* target.until(() => target.connections === 1);
  yield* all([target.flood(1_000, { message: () => "one" }), target.flood(1_000, { message: () => "two" })]);
  yield* client.received(2_000);
  expect(client.messages.filter((text) => text === "one")).toHaveLength(1_000);
});

test("refuses to flood nobody", function* () {
  const target = yield* useAgentTarget();
  expect(yield* thrownBy(() => target.flood(1))).toMatchObject({ code: "E_NO_CLIENT" });
});

/** What has been sent once nothing more happens: 100 turns of the event loop without a message. */
function* sentWhenQuiet(target: AgentTarget): Operation<number> {
  let sent = target.sent;
  for (let quietTurns = 0; quietTurns < 100; quietTurns++) {
    yield* action<void>((resolve) => {
      const immediate = setImmediate(resolve);
      return () => clearImmediate(immediate);
    });
    if (target.sent !== sent) quietTurns = 0;
    sent = target.sent;
  }
  return sent;
}
