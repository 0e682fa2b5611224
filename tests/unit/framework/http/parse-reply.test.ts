import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseReply } from "../../../../framework/http/index.ts";
import { jsonId } from "../../../../framework/http/parse-reply.ts";
import { parseJson } from "../../../../toolkit/index.ts";

const Runs = z.object({ runs: z.array(z.object({ id: jsonId(), state: z.enum(["ok", "failed"]) })) });

const failed = (message: string) => expect.objectContaining({ code: "E_REPLY_SHAPE", retryable: false, message });

describe("a reply", () => {
  test("of the expected shape gets its type", () => {
    const body = { runs: [{ id: 1, state: "ok", more: true }] };
    expect(parseReply(Runs, body)).toEqual({ runs: [{ id: "1", state: "ok" }] });
  });

  test("of another shape is an error that names each path, five at most, and no value", () => {
    const body = { runs: Array.from({ length: 7 }, () => ({ id: "x", state: "s3cret" })) };
    const each = (at: number) => `runs[${at}].state: Invalid option: expected one of "ok"|"failed"`;
    const message = `GET https://h/runs answered in another shape than expected: ${[0, 1, 2, 3, 4].map(each).join("; ")}; 2 more.`;
    expect(() => parseReply(Runs, body, "GET https://h/runs")).toThrow(failed(message));
    expect(() => parseReply(Runs, body)).toThrow(expect.objectContaining({ cause: expect.any(z.ZodError) }));
  });

  test("that is something else altogether says so", () => {
    expect(() => parseReply(Runs, undefined)).toThrow(
      failed(
        "The server answered in another shape than expected: (all of it): Invalid input: expected object, received undefined.",
      ),
    );
  });
});

describe("an id", () => {
  test.each([
    ["7", "7"],
    ["-7", "-7"],
    ['"a-7"', "a-7"],
    ["9007199254740991", "9007199254740991"],
    ["9007199254740993", "9007199254740993"],
    ["9223372036854775807", "9223372036854775807"],
  ])("sent as %s is text, no digit lost", (json, expected) => {
    expect(parseReply(jsonId(), parseJson(json))).toBe(expected);
  });

  test.each(["1.5", '""', "null", "true", "[1]", "1e400"])("is not %s", (json) => {
    expect(() => parseReply(jsonId(), parseJson(json))).toThrow(
      expect.objectContaining({ message: expect.stringContaining("expected an id (text or a whole number)") }),
    );
  });
});
