import { expect, test } from "vitest";
import { parseTargetArguments } from "../../../../testlib/agent-target/arguments.ts";

test("has a default for everything", () => {
  expect(parseTargetArguments([])).toEqual({
    help: false,
    options: { port: 9090, host: "127.0.0.1", story: { speed: 1, seed: 1, pipelines: 6, malformedRate: 0 } },
  });
});

test("reads every option", () => {
  const args = "--port 0 --host 0.0.0.0 --speed 10 --seed 7 --pipelines 3 --malformed 0.1".split(" ");
  expect(parseTargetArguments(args).options).toEqual({
    port: 0,
    host: "0.0.0.0",
    story: { speed: 10, seed: 7, pipelines: 3, malformedRate: 0.1 },
  });
  expect(parseTargetArguments(["--help"]).help).toBe(true);
});

test.each([
  ["--port abc", '--port is "abc"; it must be a number.'],
  ["--port 70000", "--port is 70000; it must be a whole number from 0 to 65535."],
  ["--port 1.5", "--port is 1.5; it must be a whole number from 0 to 65535."],
  ["--speed fast", '--speed is "fast"; it must be a number.'],
  ["--speed=", '--speed is ""; it must be a number.'],
  ["--speed 5000", "The story's speed is 5000; it must be a number from 0.01 to 1000. Leave it out for 1."],
  ["--sped 1", "Unknown option '--sped'"],
  ["positional", "Unexpected argument 'positional'"],
  ["--port", "argument missing"],
])("refuses %s", (line, message) => {
  expect(() => parseTargetArguments(line.split(" "))).toThrow(message);
});
