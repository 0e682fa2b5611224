import { expect, test } from "vitest";
import { parseCommandLine } from "../../../../testlib/observability-server/command-line.ts";
import { defaultServiceAccountKey } from "../../../../testlib/observability-server/index.ts";

test("serves on port 8082 with one key for both services by default", () => {
  expect(parseCommandLine([])).toMatchObject({
    kind: "serve",
    options: {
      port: 8082,
      host: "127.0.0.1",
      basePath: "/api/",
      keys: { [defaultServiceAccountKey]: ["EVENTS_API", "AGENT_API"] },
      checkIntervalMs: 300_000,
      faults: { latencyMs: 0 },
    },
  });
});

test("takes every option", () => {
  const args = "--port 0 --host 0.0.0.0 --key a --key b --base-path / --latency 20 --check-interval 1.5".split(" ");
  expect(parseCommandLine(args)).toMatchObject({
    kind: "serve",
    options: {
      port: 0,
      host: "0.0.0.0",
      basePath: "/",
      keys: { a: ["EVENTS_API", "AGENT_API"], b: ["EVENTS_API", "AGENT_API"] },
      checkIntervalMs: 1_500,
      faults: { latencyMs: 20 },
    },
  });
});

test.each([
  [["--port", "http"], '--port is "http"; it must be a number from 0 to 65535.'],
  [["--port", "65536"], '--port is "65536"; it must be a number from 0 to 65535.'],
  [["--port", "80.5"], '--port is "80.5"; it must be a whole number.'],
  [["--port", ""], '--port is ""; it must be a number from 0 to 65535.'],
  [["--latency", "fast"], '--latency is "fast"; it must be a number from 0 to 3600000.'],
  [["--check-interval", "0"], '--check-interval is "0"; it must be a number from 1 to 86400.'],
  [["--key", " "], "--key is empty; give it a value or leave it out."],
] as const)("refuses %j", (args, message) => {
  expect(parseCommandLine(args)).toEqual({ kind: "error", message });
});

test.each([[["--prot", "1"]], [["8082"]], [["--key"]]])("refuses %j in words of its own", (args) => {
  expect(parseCommandLine(args)).toEqual({ kind: "error", message: expect.stringMatching(/--prot|8082|--key/) });
});

test("asks for help before anything else is looked at", () => {
  expect(parseCommandLine(["--help", "--port", "http"])).toEqual({ kind: "help" });
});
