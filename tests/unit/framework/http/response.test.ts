import { describe, expect, test } from "vitest";
import { HttpResponse } from "../../../../framework/http/response.ts";
import { MASK, Redactor } from "../../../../toolkit/index.ts";

const KEY = "correct-horse-battery-staple";

function reply(status: number, body = "", headers: Readonly<Record<string, string>> = {}): HttpResponse {
  const url = new URL("https://h/runs");
  const redactor = new Redactor();
  redactor.add(KEY);
  const target = { url, description: "GET https://h/runs" };
  return new HttpResponse({ status, headers, body: Buffer.from(body) }, target, redactor);
}

describe("the status", () => {
  test.each([200, 201, 204, 299])("%d is fine", (status) => {
    const response = reply(status);
    expect(response.ok).toBe(true);
    expect(response.expectOk()).toBe(response);
  });

  test.each([199, 300, 304, 400, 401, 404, 500])("%d is an error with what the server said", (status) => {
    expect(() => reply(status, " No. \n").expectOk()).toThrow(
      expect.objectContaining({ code: "E_HTTP_STATUS", status, message: `GET https://h/runs answered ${status}: No.` }),
    );
  });

  test.each([
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [502, true],
    [503, true],
    [504, true],
    [501, false],
    [403, false],
  ])("%d: later might work = %s", (status, retryable) => {
    expect(() => reply(status).expectOk()).toThrow(
      expect.objectContaining({ retryable, message: `GET https://h/runs answered ${status}.` }),
    );
  });

  test("what the server asks us to wait is part of the error", () => {
    const asking = { "retry-after": "3" };
    expect(() => reply(429, "", asking).expectOk()).toThrow(expect.objectContaining({ retryAfterMs: 3_000 }));
    expect(() => reply(500, "", asking).expectOk()).toThrow(expect.objectContaining({ retryAfterMs: 3_000 }));
    expect(() => reply(404, "", asking).expectOk()).toThrow(expect.objectContaining({ retryAfterMs: undefined }));
  });

  test.each([
    [500, "x".repeat(500)],
    [501, `${"x".repeat(499)}…`],
  ])("of a reply of %d characters the error shows at most 500", (length, shown) => {
    expect(() => reply(400, "x".repeat(length)).expectOk()).toThrow(
      expect.objectContaining({ message: `GET https://h/runs answered 400: ${shown}` }),
    );
  });

  test.each([0, 480, 495, 499, 600])("the error shows no part of a secret that the server quotes at %d", (offset) => {
    const body = `${"x".repeat(offset)}${KEY}${"y".repeat(50)}`;
    const shown = `${"x".repeat(offset)}${MASK}${"y".repeat(50)}`;
    expect(reply(400, body).excerpt()).toBe(shown.length > 500 ? `${shown.slice(0, 499)}…` : shown);
  });
});

describe("the body as JSON", () => {
  test("keeps every digit of 64-bit ids", () => {
    expect(reply(200, '{"id": 9223372036854775807, "n": 1}').json()).toEqual({ id: 9223372036854775807n, n: 1 });
  });

  test("may begin with a mark of UTF-8, and may be missing", () => {
    expect(reply(200, "\uFEFF[1]").json()).toEqual([1]);
    expect(reply(204).json()).toBeUndefined();
  });

  test.each([
    ["text/html; charset=utf-8", "Sign in", "with an HTML page (a login page or a proxy's?)"],
    ["application/json", " <!DOCTYPE html><p>s3cret", "with an HTML page (a login page or a proxy's?)"],
    ["", "<html>", "with an HTML page (a login page or a proxy's?)"],
    ["text/plain", "s3cret", "with text/plain"],
    ["", "s3cret", "with a body"],
  ])("is an error when it is %s %j, which it does not quote", (type, body, what) => {
    expect(() => reply(200, body, { "content-type": type }).json()).toThrow(
      expect.objectContaining({
        code: "E_REPLY_SHAPE",
        retryable: false,
        message: `GET https://h/runs answered 200 ${what} instead of JSON.`,
      }),
    );
  });
});
