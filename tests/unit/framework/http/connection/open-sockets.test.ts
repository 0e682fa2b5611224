import { getEventListeners } from "node:events";
import { createServer } from "node:net";
import { ensure, type Operation, scoped, sleep, spawn, until, withResolvers } from "effection";
import type { Dispatcher } from "undici";
import { openDispatcher } from "../../../../../framework/http/connection/dispatcher.ts";
import { expect, test } from "../../../../../testlib/index.ts";
import { settingsWith, useClient } from "../support/clients.ts";
import { useProxy } from "../support/proxy.ts";
import { answerStatus, CA_FILE, useSecureServer, useServer, useSockets } from "../support/servers.ts";

const settings = settingsWith({ ssl_cert_file: CA_FILE, keepalive_expiration: 0, retries: 1 });

/** What listens to the end of the client after each of five requests, on a connection each. */
function* listenersAfterFive(url: string, env: Record<string, string> = {}): Operation<readonly number[]> {
  const closing = new AbortController();
  const dispatcher = openDispatcher(settings, env, closing.signal);
  yield* ensure(() => closing.abort());
  yield* ensure(() => until(dispatcher.destroy()));
  const counts: number[] = [];
  for (let i = 0; i < 5; i++) {
    yield* until(get(dispatcher, url).catch(() => {}));
    yield* sleep(1_000);
    counts.push(getEventListeners(closing.signal, "abort").length);
  }
  return counts;
}

async function get(dispatcher: Dispatcher, url: string): Promise<void> {
  const { origin, pathname: path } = new URL(url);
  const { body } = await dispatcher.request({ origin, path, method: "GET" });
  await body.dump();
}

test.each([
  ["a plain connection", useServer],
  ["TLS", useSecureServer],
] as const)("nothing is kept of %s that has closed", function* ([, open], { clock: _ }) {
  const server = yield* open(answerStatus(204));
  expect(yield* listenersAfterFive(server.url)).toEqual([1, 1, 1, 1, 1]);
  expect(server.accepted).toBe(5);
});

test("nothing is kept of a connection that did not come about", function* ({ clock: _ }) {
  const port = yield* scoped(function* () {
    return (yield* useSockets(createServer())).port;
  });
  expect(yield* listenersAfterFive(`http://127.0.0.1:${port}/`)).toEqual([1, 1, 1, 1, 1]);
});

test.each([
  ["a proxy", useServer, "HTTP_PROXY"],
  ["a tunnel", useSecureServer, "HTTPS_PROXY"],
] as const)("nothing is kept of the way through %s that has closed", function* ([, open, variable], { clock: _ }) {
  const server = yield* open(answerStatus(204));
  const proxy = yield* useProxy();
  expect(yield* listenersAfterFive(server.url, { [variable]: proxy.url })).toEqual([1, 1, 1, 1, 1]);
  expect(proxy.asked).toHaveLength(5);
});

test("the end of the client cuts a TLS handshake that goes on in a tunnel", function* () {
  const greeted = withResolvers<void>();
  const silent = yield* useSockets(createServer((socket) => socket.on("data", () => greeted.resolve())));
  const proxy = yield* useProxy();
  yield* scoped(function* () {
    const env = { HTTPS_PROXY: proxy.url };
    const client = yield* useClient(`https://127.0.0.1:${silent.port}/`, { connection_timeout: 0 }, { env });
    yield* spawn(() => client.request({ method: "GET", path: "x" }));
    yield* greeted.operation;
    expect(silent.sockets.size).toBe(1);
  });
  while (silent.sockets.size > 0) yield* sleep(1);
});
