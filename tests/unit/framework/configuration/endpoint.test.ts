import { expect, test } from "vitest";
import { z } from "zod";
import { endpointFields } from "../../../../framework/configuration/index.ts";

const schema = z.strictObject(endpointFields());

test("an endpoint has a URL kept as it is, a method in upper case, and defaults for its times", () => {
  expect(schema.parse({ endpoint: "https://HOST/api?x=1", method: "get" })).toEqual({
    endpoint: "https://host/api?x=1",
    method: "GET",
    timeout: 120,
    period: 5,
  });
});

test("URL and method are required, and the method is one of seven", () => {
  expect(schema.safeParse({}).error?.issues.map(({ path }) => path)).toEqual([["endpoint"], ["method"]]);
  expect(schema.safeParse({ endpoint: "https://host/", method: "TRACE" }).success).toBe(false);
});
