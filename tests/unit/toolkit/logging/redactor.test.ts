import { expect, test } from "vitest";
import { MASK, Redactor } from "../../../../toolkit/index.ts";

const SECRET = 'pä"ss/wo+rd &\\1';

function redactorOf(...secrets: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

function urlWithPassword(password: string): string {
  const url = new URL("http://user@host/");
  url.password = password;
  return url.href;
}

test.each<[form: string, text: string]>([
  ["plain", SECRET],
  ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
  ["in JSON in JSON", JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
  ["URL-encoded", encodeURIComponent(SECRET)],
  ["URL-encoded in lower case", encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
  ["in a form", new URLSearchParams({ a: SECRET }).toString().slice(2)],
  ["in a URL's user information", urlWithPassword(SECRET).slice("http://user:".length, -"@host/".length)],
])("masks a secret %s", (_form, text) => {
  expect(redactorOf(SECRET).redact(`before ${text} after ${text}`)).toBe(`before ${MASK} after ${MASK}`);
});

test.each(["", "u", "us", "user:", "someone:"])("masks a secret in base64 after %j, but for its edges", (before) => {
  for (const after of ["", "!", "!!"]) {
    for (const encoding of ["base64", "base64url"] as const) {
      const encoded = Buffer.from(before + SECRET + after).toString(encoding);
      const redacted = redactorOf(SECRET).redact(encoded);
      expect(redacted).toContain(MASK);
      // What is left decodes to nothing but the neighbours and, at either end, fewer than 6 bits of the secret.
      expect(redacted.length - MASK.length).toBeLessThanOrEqual(
        Math.ceil(((before.length + after.length) * 8) / 6) + 4,
      );
    }
  }
});

test("masks the longer of two secrets as a whole when it contains the other", () => {
  expect(redactorOf("abcd", "abcd-efgh").redact("x abcd-efgh y abcd z")).toBe(`x ${MASK} y ${MASK} z`);
});

test("takes a secret's characters as they are, not as a pattern", () => {
  const redactor = redactorOf("a.c*(d)[e]{2}|^$?+\\-/");
  expect(redactor.redact("a.c*(d)[e]{2}|^$?+\\-/")).toBe(MASK);
  expect(redactor.redact("abcd a.c*")).toBe("abcd a.c*");
});

test("leaves texts of less than four characters alone, as they occur in any line", () => {
  expect(redactorOf("", "a", "abc").redact("a abc abcd")).toBe("a abc abcd");
});

test("bears a secret with half a surrogate pair", () => {
  expect(redactorOf("ab\ud800cd").redact("x ab\ud800cd")).toBe(`x ${MASK}`);
});

test("leaves text alone when it knows no secret", () => {
  expect(new Redactor().redact("anything")).toBe("anything");
});

test("stops masking what it was told to forget, and only that", () => {
  const redactor = redactorOf("old-token", "key-1234");
  redactor.forget("old-token");
  redactor.forget("never-added");
  expect(redactor.redact("old-token key-1234")).toBe(`old-token ${MASK}`);
  redactor.forget("key-1234");
  expect(redactor.redact("key-1234")).toBe("key-1234");
});
