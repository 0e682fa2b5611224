import { scoped, spawn, suspend, withResolvers } from "effection";
import { type AgentTarget, useAgentTarget } from "../../../../testlib/agent-target/index.ts";
import { endsRun, type TargetMessage } from "../../../../testlib/agent-target/message.ts";
import { expect, test, thrownBy } from "../../../../testlib/index.ts";
import { useClient } from "./client.ts";

const message: TargetMessage = {
  pipeline_key: "nightly-load",
  run_key: "2024-05-01",
  status: "RUNNING",
  event_timestamp: "2024-05-01T00:00:05Z",
};

test("sends objects as JSON, texts as they are, bytes as binary frames, to every client", function* () {
  const target = yield* useAgentTarget();
  const clients = [yield* useClient(target.url), yield* useClient(target.url)];
  yield* target.until(() => target.connections === 2);
  const binary: boolean[] = [];
  clients[0]?.webSocket.on("message", (_data, isBinary) => binary.push(isBinary));
  target.send(message);
  target.send("not json");
  target.send(new TextEncoder().encode("bytes"));
  for (const client of clients) {
    yield* client.received(3);
    expect(client.messages).toEqual([JSON.stringify(message), "not json", "bytes"]);
  }
  expect(binary).toEqual([false, false, true]);
  expect(target.sent).toBe(6);
});

test("is silent without a story, and sends nothing to nobody", function* () {
  const target = yield* useAgentTarget();
  target.send(message);
  expect(target).toMatchObject({ connections: 0, accepted: 0, refused: 0, sent: 0 });
  expect(target.url).toBe(`ws://127.0.0.1:${target.port}`);
});

test("counts connections and sees clients leave", function* () {
  const target = yield* useAgentTarget();
  yield* scoped(function* () {
    yield* useClient(target.url);
    yield* target.until(() => target.connections === 1);
  });
  yield* target.until(() => target.connections === 0);
  yield* useClient(target.url);
  yield* target.until(() => target.connections === 1);
  expect(target.accepted).toBe(2);
});

test("refuses the next connections with 503 and then accepts again", function* () {
  const target = yield* useAgentTarget();
  target.refuse(2);
  for (const refused of [1, 2]) {
    expect(yield* thrownBy(() => useClient(target.url))).toMatchObject({ message: "Unexpected server response: 503" });
    expect(target.refused).toBe(refused);
  }
  yield* useClient(target.url);
  yield* target.until(() => target.connections === 1);
  expect(target).toMatchObject({ accepted: 1, refused: 2 });
});

test("refuses for as long as it is told to", function* () {
  const target = yield* useAgentTarget();
  target.refuse(Number.POSITIVE_INFINITY);
  for (let attempt = 0; attempt < 5; attempt++) yield* thrownBy(() => useClient(target.url));
  target.refuse(0);
  yield* useClient(target.url);
  expect(target.refused).toBe(5);
});

test("closes its clients with the code asked for; 1006 cuts them off", function* () {
  const target = yield* useAgentTarget();
  for (const code of [1000, 1011, 1006]) {
    const client = yield* useClient(target.url);
    yield* target.until(() => target.connections === 1);
    target.closeClients(code);
    expect(yield* client.closed).toBe(code);
    yield* target.until(() => target.connections === 0);
  }
});

test("a client that says too much is cut off, and the others are not", function* () {
  const target = yield* useAgentTarget();
  const chatty = yield* useClient(target.url);
  yield* useClient(target.url);
  yield* target.until(() => target.connections === 2);
  chatty.webSocket.send("x".repeat(100_000));
  expect(yield* chatty.closed).toBe(1009);
  yield* target.until(() => target.connections === 1);
});

test("frees its port when its scope ends", function* () {
  const { url, port } = yield* scoped(() => useAgentTarget());
  expect(yield* thrownBy(() => useClient(url))).toMatchObject({ code: "ECONNREFUSED" });
  expect(yield* useAgentTarget({ port })).toMatchObject({ url, port });
});

test("says goodbye with 1001 when it is halted, and does not wait for a client that has stopped reading", function* () {
  const started = withResolvers<AgentTarget>();
  const server = yield* spawn(function* () {
    started.resolve(yield* useAgentTarget());
    yield* suspend();
  });
  const target = yield* started.operation;
  const reader = yield* useClient(target.url);
  const sleeper = yield* useClient(target.url);
  sleeper.webSocket.pause();
  yield* target.until(() => target.connections === 2);
  yield* server.halt();
  expect(yield* reader.closed).toBe(1001);
  expect(target.connections).toBe(0);
});

test("fails clearly when the port is taken", function* () {
  const { port } = yield* useAgentTarget();
  const error = yield* thrownBy(() => useAgentTarget({ port }));
  expect(error).toMatchObject({
    code: "E_LISTEN",
    message: expect.stringMatching(
      new RegExp(`^agent-target cannot listen on 127.0.0.1:${port}: .*EADDRINUSE.* Choose another port`),
    ),
  });
});

test("a wrong story option fails before anything listens", function* () {
  const error = yield* thrownBy(() => useAgentTarget({ story: { speed: -1 } }));
  expect(error).toMatchObject({ code: "E_STORY_OPTION" });
});

test("a condition that throws fails the one that waits for it", function* () {
  const target = yield* useAgentTarget();
  const broken = () => {
    throw new RangeError("broken condition");
  };
  expect(yield* thrownBy(() => target.until(broken))).toMatchObject({ message: "broken condition" });
});

test("a client that comes late gets the runs in progress from their start, and none that has ended", function* () {
  const target = yield* useAgentTarget({ story: { speed: 1_000, seed: 7 } });
  const early = yield* useClient(target.url);
  yield* early.received(100);
  const joining = yield* spawn(function* () {
    yield* target.until(() => target.accepted === 2);
    return [...early.messages];
  });
  const late = yield* useClient(target.url);
  const before = yield* joining;
  yield* late.received(100);
  const endedBefore = new Set(before.map(toMessage).filter(endsRun).map(toRun));
  const lateMessages = late.messages.map(toMessage);
  for (const run of Map.groupBy(lateMessages, toRun).values()) {
    expect(run[0]).toMatchObject({ status: "RUNNING" });
    expect(run[0]).not.toHaveProperty("task_key");
  }
  expect(before.filter((text) => late.messages.includes(text))).not.toEqual([]);
  expect(endedBefore.size).toBeGreaterThan(0);
  expect(lateMessages.filter((message) => endedBefore.has(toRun(message)))).toEqual([]);
});

const toMessage = (text: string): TargetMessage => JSON.parse(text);
const toRun = ({ pipeline_key, run_key }: TargetMessage): string => `${pipeline_key} ${run_key}`;
