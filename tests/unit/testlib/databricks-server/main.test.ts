import { fileURLToPath } from "node:url";
import { until } from "effection";
import { type AgentProcess, useAgentProcess } from "../../../../testlib/agent-process/index.ts";
import { expect, test } from "../../../../testlib/index.ts";

const entry = fileURLToPath(new URL("../../../../testlib/databricks-server/main.ts", import.meta.url));
const texts = (agent: AgentProcess, wanted: "stdout" | "stderr") =>
  agent.lines.filter(({ source }) => source === wanted).map(({ text }) => text);

test.each(["SIGTERM", "SIGINT"] as const)("prints its address, answers, and ends with 0 on %s", function* (signal) {
  const args = ["--port", "0", "--speed", "1000", "--seed", "7", "--token", "t"];
  const process = yield* useAgentProcess({ entry, args });
  const { text } = yield* process.untilLog(({ text }) => text.includes("http://"));
  expect(text).toMatch(/^databricks-server runs 6 jobs at http:\S+ \(speed 1000, seed 7\)\. Ctrl-C stops it\.$/);
  yield* process.untilLog(({ text }) => text === "Ask it with the token t.");
  const url = `${/http:\S+/.exec(text)?.[0]}api/2.1/jobs/runs/list`;
  const response = yield* until(fetch(url, { headers: { authorization: "Bearer t" } }));
  expect(JSON.parse(yield* until(response.text()))).toMatchObject({ has_more: true });
  process.signal(signal);
  expect(yield* process.exited).toMatchObject({ code: 0 });
});

test("wrong arguments end it with 2 and one line that says what is wrong", function* () {
  const process = yield* useAgentProcess({ entry, args: ["--port", "abc"] });
  expect(yield* process.exited).toMatchObject({ code: 2 });
  expect(texts(process, "stderr")).toEqual(['--port is "abc"; it must be a whole number from 0 to 65535.']);
});

test("a taken port ends it with 1 and one line that says so", function* ({ databricks: { port } }) {
  const process = yield* useAgentProcess({ entry, args: ["--port", String(port)] });
  expect(yield* process.exited).toMatchObject({ code: 1 });
  expect(texts(process, "stderr")).toEqual([expect.stringContaining(`cannot listen on 127.0.0.1:${port}`)]);
});

test("explains itself", function* () {
  const process = yield* useAgentProcess({ entry, args: ["--help"] });
  expect(yield* process.exited).toMatchObject({ code: 0 });
  expect(texts(process, "stdout").filter((text) => /^ {2}--/.test(text))).toHaveLength(9);
});
