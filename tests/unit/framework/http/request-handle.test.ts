import { z } from "zod";
import { runHandle } from "../../../../framework/core/index.ts";
import { httpRequestHandle } from "../../../../framework/http/index.ts";
import { jsonId } from "../../../../framework/http/parse-reply.ts";
import { expect, test, thrownBy } from "../../../../testlib/index.ts";
import { useClient } from "./support/clients.ts";
import { answerInTurn, answerJson, answerStatus, useServer } from "./support/servers.ts";

const Runs = z.object({ runs: z.array(z.object({ id: jsonId() })) }).transform(({ runs }) => runs.map(({ id }) => id));

test("puts path arguments in place, each one segment whatever it holds", function* () {
  const server = yield* useServer(answerStatus(200, {}, '{"runs": [{"id": 9223372036854775807}]}'));
  const client = yield* useClient(`${server.url}api`);
  const handle = httpRequestHandle({
    name: "acme.runs",
    client,
    method: "GET",
    path: "jobs/{job}/runs/{run}",
    schema: Runs,
  });
  const runs = yield* runHandle(handle, { pathArguments: { job: "a/b ?#%ü", run: 7n }, query: { page: 1 } });
  expect(runs).toEqual(["9223372036854775807"]);
  expect(server.received[0]?.url).toBe("/api/jobs/a%2Fb%20%3F%23%25%C3%BC/runs/7?page=1");
});

test.each([{}, { job: "" }, { job: "." }, { job: ".." }])(
  "path argument %o is an error before anything is sent",
  function* (pathArguments) {
    const server = yield* useServer(answerJson({}));
    const client = yield* useClient(server.url);
    const handle = httpRequestHandle({
      name: "acme.job",
      client,
      method: "GET",
      path: "jobs/{job}",
      schema: z.unknown(),
    });
    const error = yield* thrownBy(() => runHandle(handle, { pathArguments }));
    expect(error).toMatchObject({
      code: "E_HTTP_REQUEST",
      message: expect.stringContaining('Path "jobs/{job}": {job} is '),
    });
    expect(server.received).toEqual([]);
  },
);

test("sends what the input holds", function* () {
  const server = yield* useServer(answerStatus(204));
  const client = yield* useClient(server.url);
  const handle = httpRequestHandle({ name: "acme.stop", client, method: "POST", path: "stop", schema: z.undefined() });
  expect(yield* runHandle(handle, { json: { id: 1 }, headers: { "x-request-id": "r1" } })).toBeUndefined();
  const headers = { "x-request-id": "r1", accept: "application/json" };
  expect(server.received[0]).toMatchObject({ method: "POST", body: '{"id":1}', headers });
});

test.each([
  { method: "GET", requests: 2 },
  { method: "PUT", requests: 2 },
  { method: "DELETE", requests: 2 },
  { method: "POST", requests: 1 },
  { method: "PATCH", requests: 1 },
] as const)(
  "$method is sent $requests times when the first is answered 503",
  function* ({ method, requests }, { clock: _ }) {
    const server = yield* useServer(answerInTurn(answerStatus(503), answerJson({})));
    const client = yield* useClient(server.url);
    const handle = httpRequestHandle({ name: "acme.do", client, method, path: "x", schema: z.object({}) });
    if (requests === 1) expect(yield* thrownBy(() => runHandle(handle, {}))).toMatchObject({ status: 503 });
    else expect(yield* runHandle(handle, {})).toEqual({});
    expect(server.received.length).toBe(requests);
  },
);

test("POST is retried when asked", function* ({ clock: _ }) {
  const server = yield* useServer(answerInTurn(answerStatus(503), answerJson({})));
  const client = yield* useClient(server.url);
  const retry = { attempts: 2 };
  const handle = httpRequestHandle({ name: "acme.do", client, method: "POST", path: "x", schema: z.object({}), retry });
  expect(yield* runHandle(handle, {})).toEqual({});
});

test("a reply of another shape names the request, and what differs where", function* () {
  const server = yield* useServer(answerJson({ runs: [{ id: 7 }, {}] }));
  const client = yield* useClient(server.url);
  const handle = httpRequestHandle({ name: "acme.runs", client, method: "GET", path: "runs", schema: Runs });
  expect(yield* thrownBy(() => runHandle(handle, {}))).toMatchObject({
    code: "E_REPLY_SHAPE",
    retryable: false,
    message: `GET ${server.url}runs answered in another shape than expected: runs[1].id: Invalid input: expected an id (text or a whole number).`,
    cause: expect.any(z.ZodError),
  });
});

test("a status that is not 2xx is an error, however well the body fits", function* () {
  const server = yield* useServer(answerJson({ runs: [] }, 404));
  const client = yield* useClient(server.url);
  const handle = httpRequestHandle({ name: "acme.runs", client, method: "GET", path: "runs", schema: Runs });
  expect(yield* thrownBy(() => runHandle(handle, {}))).toMatchObject({ code: "E_HTTP_STATUS", status: 404 });
});

test("a login page instead of JSON is named for what it is", function* () {
  const server = yield* useServer(answerStatus(200, { "content-type": "text/html" }, "<html>Sign in</html>"));
  const client = yield* useClient(server.url);
  const handle = httpRequestHandle({ name: "acme.runs", client, method: "GET", path: "runs", schema: Runs });
  expect(yield* thrownBy(() => runHandle(handle, {}))).toMatchObject({
    code: "E_REPLY_SHAPE",
    message: `GET ${server.url}runs answered 200 with an HTML page (a login page or a proxy's?) instead of JSON.`,
  });
});

test("a timeout of the handle ends the request on the wire, retries included", function* ({ clock }) {
  const server = yield* useServer(answerStatus(429, { "retry-after": "30" }));
  const client = yield* useClient(server.url);
  const handle = httpRequestHandle({ name: "acme.runs", client, method: "GET", path: "runs", schema: Runs });
  const error = yield* thrownBy(() => runHandle(handle, {}, { timeoutMs: 5_000 }));
  expect(error).toMatchObject({ code: "E_TOO_SLOW", message: expect.stringContaining("acme.runs.handle") });
  expect(clock.now()).toBe(5_000);
  yield* clock.advance(60_000);
  expect(server.received).toHaveLength(1);
});
