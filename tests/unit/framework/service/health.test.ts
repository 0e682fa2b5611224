import { type Operation, until } from "effection";
import { describe, expect, test } from "../../../../testlib/index.ts";
import { serve } from "./support.ts";

function get(url: string, accept?: string): Operation<Response> {
  return until(fetch(url, accept === undefined ? {} : { headers: { accept } }));
}

describe("/livez", () => {
  test("answers as long as the event loop turns, whatever else is wrong", function* () {
    const { url, monitor, shutdown } = yield* serve();
    monitor.health.degraded("store", "The disk is full.");
    shutdown.request();
    const answer = yield* get(`${url}livez`);
    expect([answer.status, yield* until(answer.text())]).toEqual([200, "alive\n"]);
  });
});

describe("/readyz", () => {
  test("answers 200 when the agent is ready", function* () {
    const { url } = yield* serve();
    const answer = yield* get(`${url}readyz`);
    expect([answer.status, yield* until(answer.json())]).toEqual([200, { ready: true, reasons: [] }]);
    expect(yield* until((yield* get(`${url}readyz`, "text/plain")).text())).toBe("ready\n");
  });

  test("answers 503 with all reasons when it is not, as JSON and as text", function* () {
    const { url, monitor } = yield* serve();
    monitor.health.degraded("databricks", "The token is refused (401).");
    monitor.health.degraded("store", "The disk is full.");
    const answer = yield* get(`${url}readyz`);
    expect([answer.status, yield* until(answer.json())]).toEqual([
      503,
      {
        ready: false,
        reasons: [
          { subject: "databricks", reason: "The token is refused (401)." },
          { subject: "store", reason: "The disk is full." },
        ],
      },
    ]);
    const text = yield* get(`${url}readyz`, "text/html,application/xhtml+xml");
    expect([text.status, yield* until(text.text())]).toEqual([
      503,
      "not ready\n- databricks: The token is refused (401).\n- store: The disk is full.\n",
    ]);
  });

  test.each(["application/json", "application/json, text/plain", "*/*"])(
    "gives JSON to who accepts %s",
    function* (accept) {
      const { url } = yield* serve();
      const answer = yield* get(`${url}readyz`, accept);
      expect(answer.headers.get("content-type")).toBe("application/json");
    },
  );

  test("is never taken from a cache", function* () {
    const { url } = yield* serve();
    expect((yield* get(`${url}readyz`)).headers.get("cache-control")).toBe("no-store");
  });
});

test("anything else is not there, and the answer says what is", function* () {
  const { url } = yield* serve();
  const answer = yield* get(`${url}admin`);
  expect([answer.status, yield* until(answer.text())]).toEqual([404, "There is /, /livez, /readyz and /metrics.\n"]);
});
