import { request } from "node:http";
import { type Operation, until } from "effection";
import { describe, expect, test } from "../../../../testlib/index.ts";
import { letterOf, serve } from "./support.ts";

interface Posted {
  readonly status: number | undefined;
  readonly body: unknown;
}

/** Not with `fetch`, which sets `Origin` and its like itself. */
function post(url: string, body: string, headers: Readonly<Record<string, string>>): Operation<Posted> {
  return until(
    new Promise<Posted>((resolve, reject) => {
      const sent = request(`${url}dead-letters/replay`, { method: "POST", headers }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += String(chunk);
        });
        answer.on("end", () =>
          resolve({ status: answer.statusCode, body: text.startsWith("{") ? JSON.parse(text) : text }),
        );
      });
      sent.on("error", reject);
      sent.end(body);
    }),
  );
}

const ownPage = (url: string) => ({ origin: new URL(url).origin, "content-type": "application/json" });

describe("replaying dead letters", () => {
  test("queues those named, and says how many", function* () {
    const { url, delivery } = yield* serve({ replayEnabled: true });
    delivery.letters = [letterOf(1), letterOf(2), letterOf(3)];
    expect(yield* post(url, '{"ids":[1,3,99]}', ownPage(url))).toEqual({ status: 200, body: { replayed: 2 } });
    expect(yield* post(url, '{"ids":"all"}', ownPage(url))).toEqual({ status: 200, body: { replayed: 1 } });
    expect(delivery.replayed).toEqual([[1, 3, 99], "all"]);
  });

  test("is refused unless it is switched on", function* () {
    const { url, delivery } = yield* serve();
    const answer = yield* post(url, '{"ids":"all"}', ownPage(url));
    expect(answer).toEqual({
      status: 403,
      body: { error: "Replaying is off. Set service_replay_enabled = true in [core]." },
    });
    expect(delivery.replayed).toEqual([]);
  });

  test.each([
    ["without an origin", { "content-type": "application/json" }],
    ["from another origin", { "content-type": "application/json", origin: "https://evil.example" }],
    ["from a page without one", { "content-type": "application/json", origin: "null" }],
    ["as a form would send it", { "content-type": "text/plain" }],
    ["as the browser says that it comes from elsewhere", { "sec-fetch-site": "same-site" }],
  ] as const)("is refused %s", function* ([, headers]) {
    const { url, delivery } = yield* serve({ replayEnabled: true });
    const isComplete =
      "origin" in headers || !("sec-fetch-site" in headers || headers["content-type"] === "text/plain");
    const answer = yield* post(url, '{"ids":"all"}', isComplete ? { ...headers } : { ...ownPage(url), ...headers });
    expect(answer).toEqual({ status: 403, body: { error: "Only the status page itself may do this." } });
    expect(delivery.replayed).toEqual([]);
  });

  test.each(["", "all", '{"ids":[]}', '{"ids":["1"]}', '{"ids":[1.5]}', '{"ids":"some"}', '{"ids":[1],"more":1}'])(
    "takes no other request: %j",
    function* (body) {
      const { url, delivery } = yield* serve({ replayEnabled: true });
      expect(yield* post(url, body, ownPage(url))).toEqual({
        status: 400,
        body: { error: 'Send {"ids": "all"} or {"ids": [1, 2]}.' },
      });
      expect(delivery.replayed).toEqual([]);
    },
  );

  test("takes no more than it can use", function* () {
    const { url } = yield* serve({ replayEnabled: true });
    expect((yield* post(url, `{"ids":[${"1,".repeat(40_000)}1]}`, ownPage(url))).status).toBe(413);
  });
});
