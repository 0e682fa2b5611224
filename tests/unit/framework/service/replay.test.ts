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
    expect(answer).toEqual({
      status: 403,
      body: {
        error: expect.stringMatching(/^Only the status page itself .* Behind a proxy, .* Host .* "dlq replay"\.$/),
      },
    });
    expect(delivery.replayed).toEqual([]);
  });

  test.each([
    ["LOCALHOST:8080", "http://localhost:8080"],
    ["status.example.com", "https://status.example.com"],
    ["Status.example.com:443", "https://status.example.com"],
  ] as const)("is taken from the page at Host: %s, Origin: %s", function* ([host, origin]) {
    const { url, delivery } = yield* serve({ replayEnabled: true, address: { host: "0.0.0.0", port: 0 } });
    expect((yield* post(url, '{"ids":"all"}', { ...ownPage(url), host, origin })).status).toBe(200);
    expect(delivery.replayed).toEqual(["all"]);
  });

  test.each([
    ["status.example.com:80", "https://status.example.com"],
    ["agent:8080", "https://status.example.com"],
    ["localhost", "file://localhost"],
    ["evil", "chrome-extension://evil"],
  ] as const)("is refused at Host: %s, Origin: %s", function* ([host, origin]) {
    const { url, delivery } = yield* serve({ replayEnabled: true, address: { host: "0.0.0.0", port: 0 } });
    expect((yield* post(url, '{"ids":"all"}', { ...ownPage(url), host, origin })).status).toBe(403);
    expect(delivery.replayed).toEqual([]);
  });

  test("is refused to a stranger's page whose name leads to this machine", function* () {
    const { url, delivery } = yield* serve({ replayEnabled: true });
    const host = `evil.example:${new URL(url).port}`;
    const headers = { ...ownPage(url), host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
    expect((yield* post(url, '{"ids":"all"}', headers)).status).toBe(403);
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
