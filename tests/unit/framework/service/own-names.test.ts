import { createServer } from "node:http";
import { connect } from "node:net";
import { ensure, type Operation, until } from "effection";
import { listen, stop } from "../../../../framework/service/listen.ts";
import { answersTo } from "../../../../framework/service/own-names.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";
import { serve } from "./support.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What the service answers to these lines of a request. Not with `fetch`, which sets `Host` itself. */
function* ask(url: string, ...lines: readonly string[]): Operation<Answer> {
  const text = yield* until(
    new Promise<string>((resolve, reject) => {
      let received = "";
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.on("error", reject);
      socket.on("data", (data) => {
        received += String(data);
      });
      socket.on("close", () => resolve(received));
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    }),
  );
  const [head = "", ...body] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), body: body.join("") };
}

const askAs = (url: string, host: string, path = "/livez") =>
  ask(url, `GET ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close");

describe("a service that only this machine reaches", () => {
  test.each(["localhost", "LOCALHOST:8080", "localhost.:80", "127.0.0.1:1", "127.1.2.3", "[::1]", "[::1]:8080", ""])(
    "answers to the name %j",
    function* (host) {
      const { url } = yield* serve();
      expect(yield* askAs(url, host)).toEqual({ status: 200, body: "alive\n" });
    },
  );

  test.each([
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "[::2]",
    "128.0.0.1",
    "192.168.0.1:8080",
  ])("does not answer to %j, which somebody may have had resolved to it", function* (host) {
    const { url } = yield* serve();
    for (const path of ["/", "/livez", "/readyz", "/metrics", "/live", "/page/page.js", "/none"]) {
      expect(yield* askAs(url, host, path)).toEqual({
        status: 403,
        body: expect.stringMatching(/^Only this machine may ask here.* service_host in \[core\]/),
      });
    }
  });

  test("answers to the name that it was given", function* () {
    const server = createServer();
    yield* ensure(() => stop(server));
    yield* listen(server, { host: "127.0.0.1", port: 0 });
    expect(answersTo(server, "Warehouse", "warehouse:8080")).toBe(true);
    expect(answersTo(server, "Warehouse", "storehouse:8080")).toBe(false);
  });
});

test("a service that others reach as well answers to any name", function* () {
  const { url } = yield* serve({ address: { host: "0.0.0.0", port: 0 } });
  expect((yield* askAs(url, "status.example.com")).status).toBe(200);
});

test.each(["127.0.0.1", "0.0.0.0"])("a probe of HTTP/1.0 at %s need not name anything", function* (host) {
  const { url } = yield* serve({ address: { host, port: 0 } });
  expect(yield* ask(url, "GET /livez HTTP/1.0")).toEqual({ status: 200, body: "alive\n" });
});
