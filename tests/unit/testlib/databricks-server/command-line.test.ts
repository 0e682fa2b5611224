import { describe, expect, test } from "vitest";
import { parseDatabricksArguments } from "../../../../testlib/databricks-server/command-line.ts";

test("serves the whole catalogue on port 8084 by default", () => {
  expect(parseDatabricksArguments([])).toMatchObject({
    help: false,
    options: {
      port: 8084,
      host: "127.0.0.1",
      token: "dapi-stand-in-token",
      skewMs: 0,
      faults: { latencyMs: 0 },
      story: { speed: 1, seed: 1, jobs: 6, pastMinutes: 10 },
    },
  });
});

test("takes every option", () => {
  const args = "--port 0 --host 0.0.0.0 --token t --speed 0.5 --seed 7 --jobs 9 --latency 20 --skew=-5000 --help";
  expect(parseDatabricksArguments(args.split(" "))).toMatchObject({
    help: true,
    options: {
      port: 0,
      host: "0.0.0.0",
      token: "t",
      skewMs: -5_000,
      faults: { latencyMs: 20 },
      story: { speed: 0.5, seed: 7, jobs: 9 },
    },
  });
});

describe("refuses", () => {
  test.each([
    [["--port", "http"], '--port is "http"; it must be a whole number from 0 to 65535.'],
    [["--port", "65536"], '--port is "65536"; it must be a whole number from 0 to 65535.'],
    [["--latency", "0.5"], '--latency is "0.5"; it must be a whole number from 0 to 3600000.'],
    [["--speed", ""], '--speed is ""; it must be a number.'],
    [["--prot", "1"], /^Unknown option '--prot'.* See --help\.$/],
  ] as const)("%j", (args, message) => {
    expect(() => parseDatabricksArguments(args)).toThrow(message);
    expect(() => parseDatabricksArguments(args)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  test("a story that cannot be", () => {
    expect(() => parseDatabricksArguments(["--jobs", "0"])).toThrow(
      expect.objectContaining({ code: "E_STORY_OPTION", message: expect.stringContaining("jobs is 0") }),
    );
  });
});
