import { fileURLToPath } from "node:url";
import { type AgentProcess, useAgentProcess } from "../../../../testlib/agent-process/index.ts";
import { useAgentTarget } from "../../../../testlib/agent-target/index.ts";
import { expect, test } from "../../../../testlib/index.ts";
import { useClient } from "./client.ts";

const entry = fileURLToPath(new URL("../../../../testlib/agent-target/main.ts", import.meta.url));
const texts = (agent: AgentProcess, wanted: "stdout" | "stderr") =>
  agent.lines.filter(({ source }) => source === wanted).map(({ text }) => text);

test.each(["SIGTERM", "SIGINT"] as const)(
  "prints its address, plays its story, and ends with 0 on %s",
  function* (signal) {
    const target = yield* useAgentProcess({ entry, args: ["--port", "0", "--speed", "1000", "--seed", "7"] });
    const { text } = yield* target.untilLog(({ text }) => text.includes("ws://"));
    expect(text).toMatch(/^agent-target plays 6 pipelines at ws:\S+ \(speed 1000, seed 7\)\. Ctrl-C stops it\.$/);
    const client = yield* useClient(/ws:\S+/.exec(text)?.[0] ?? "");
    yield* client.received(20);
    yield* target.untilLog(({ text }) => text === "1 client connected.");
    target.signal(signal);
    expect(yield* target.exited).toMatchObject({ code: 0 });
    expect(yield* client.closed).toBe(1001);
    expect(target.lines.at(-1)?.text).toMatch(/^agent-target stopped; it sent \d+ messages\.$/);
  },
);

test("wrong arguments end it with 2 and one line that says what is wrong", function* () {
  const target = yield* useAgentProcess({ entry, args: ["--port", "abc"] });
  expect(yield* target.exited).toMatchObject({ code: 2 });
  expect(target.lines).toMatchObject([{ source: "stderr", text: '--port is "abc"; it must be a number.' }]);
});

test("a taken port ends it with 1 and one line that says so", function* () {
  const { port } = yield* useAgentTarget();
  const target = yield* useAgentProcess({ entry, args: ["--port", String(port)] });
  expect(yield* target.exited).toMatchObject({ code: 1 });
  expect(texts(target, "stderr")).toEqual([expect.stringContaining(`cannot listen on 127.0.0.1:${port}`)]);
});

test("explains itself", function* () {
  const target = yield* useAgentProcess({ entry, args: ["--help"] });
  expect(yield* target.exited).toMatchObject({ code: 0 });
  expect(texts(target, "stdout").filter((text) => /^ {2}--/.test(text))).toHaveLength(7);
});
