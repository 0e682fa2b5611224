import { spawn, until } from "effection";
import { type HttpObserver, HttpObserverContext } from "../../../../framework/http/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { useClient } from "./support/clients.ts";
import { answerInTurn, answerJson, answerStatus, useServer } from "./support/servers.ts";

function noting() {
  const seen: [host: string, status: number | undefined][] = [];
  const durations: number[] = [];
  const observer: HttpObserver = (host, status, durationMs) => {
    seen.push([host, status]);
    durations.push(durationMs);
  };
  return { seen, durations, observer };
}

describe("the observer of HTTP clients", () => {
  test("hears of each exchange, of repetitions and redirects too", function* () {
    const { seen, durations, observer } = noting();
    yield* HttpObserverContext.set(observer);
    const server = yield* useServer(
      answerInTurn(answerStatus(503), answerStatus(302, { location: "/elsewhere" }), answerJson({ ok: true })),
    );
    const http = yield* useClient(server.url);
    yield* http.getJson("first", { retry: { initialMs: 1 } });
    const host = new URL(server.url).host;
    expect(seen).toEqual([
      [host, 503],
      [host, 302],
      [host, 200],
    ]);
    expect(durations.every((ms) => ms > 0 && ms < 10_000)).toBe(true);
  });

  test("hears of one without an answer, and the error goes its way", function* () {
    const { seen, observer } = noting();
    yield* HttpObserverContext.set(observer);
    const server = yield* useServer((response) => response.destroy());
    const http = yield* useClient(server.url);
    const error = yield* thrownBy(() => http.request({ method: "POST", path: "x", json: {} }));
    expect([seen, error]).toMatchObject([[[new URL(server.url).host, undefined]], { code: "E_HTTP_BROKEN" }]);
  });

  test("hears nothing of one that is halted", function* () {
    const { seen, observer } = noting();
    yield* HttpObserverContext.set(observer);
    const asked = Promise.withResolvers<void>();
    const server = yield* useServer(() => asked.resolve());
    const http = yield* useClient(server.url);
    const request = yield* spawn(() => http.request({ method: "GET", path: "x" }));
    yield* until(asked.promise);
    yield* request.halt();
    expect(seen).toEqual([]);
  });
});
