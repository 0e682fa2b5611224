import { HttpResponse } from "../../../../framework/http/response.ts";
import { type Fate, fateOf } from "../../../../framework/observability/fate.ts";
import { expect, test } from "../../../../testlib/index.ts";

test.each([
  [200, "delivered"],
  [204, "delivered"],
  [413, "refused"],
  [401, "unauthorized"],
  [403, "unauthorized"],
  [302, "retry"],
  [404, "retry"],
  [408, "retry"],
  [425, "retry"],
  [429, "retry"],
  [500, "retry"],
  [503, "retry"],
] as const)("an event answered with %i is %s, whatever the answer says", function* ([status, fate]) {
  expect(["", "<html>", '{"error":"no"}', '{"fine":true}'].map((body) => fateWith(status, body))).toEqual(
    Array(4).fill(fate),
  );
});

test.each([400, 422])("an event answered with %i is refused if it is the API that answers", function* (status) {
  const ofApi = ['{"error":"no","details":{}}', '{"details":"x","error":"no"}', '\uFEFF{"error":""}'];
  expect(ofApi.map((body) => fateWith(status, body))).toEqual(Array(3).fill("refused"));
});

test.each([
  "",
  "Client sent an HTTP request to an HTTPS server.\n",
  "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
  '{"message":"Bad Request"}',
  '{"error":{"code":400}}',
  '["error"]',
  '"error"',
  "null",
  '{"error":"cut o',
])("an event answered with 400 and %j is sent again: that is not the API", function* (body) {
  expect(fateWith(400, body)).toBe("retry");
});

function fateWith(status: number, body: string): Fate {
  const url = new URL("https://o.example/api/events/v1/run-status");
  const answer = { status, headers: {}, body: Buffer.from(body) };
  return fateOf(new HttpResponse(answer, { url, description: `POST ${url.href}` }));
}
