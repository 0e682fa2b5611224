import { inspect } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";
import { MASK, Secret, secret } from "../../../../toolkit/index.ts";

const token = new Secret("hunter2");

test("a secret shows a mask however it is turned into text", () => {
  expect(String(token)).toBe(MASK);
  expect(`${token}`).toBe(MASK);
  expect(JSON.stringify({ token })).toBe(`{"token":"${MASK}"}`);
  expect(inspect({ token })).toBe(`{ token: ${MASK} }`);
  expect(Object.entries(token)).toEqual([]);
});

test("only reveal() gives a secret's text", () => {
  expect(token.reveal()).toBe("hunter2");
});

test("a secret setting keeps its text in a Secret", () => {
  expect(secret(z.string().min(1)).parse("hunter2").reveal()).toBe("hunter2");
});

test("a secret setting takes a Secret too, so that a validated object can be validated again", () => {
  const schema = z.strictObject({ token: secret(z.string().min(1)) });
  expect(schema.parse(schema.parse({ token: "hunter2" })).token.reveal()).toBe("hunter2");
});

test("a secret setting refuses what its schema refuses", () => {
  const schema = secret(z.string().min(3));
  expect(schema.safeParse("ab").success).toBe(false);
  expect(schema.safeParse(new Secret("ab")).success).toBe(false);
  expect(schema.safeParse(5).success).toBe(false);
});
