import { connect } from "node:net";
import { type Operation, scoped, sleep, spawn, suspend, until } from "effection";
import { useService } from "../../../../framework/service/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { FakeDelivery, serve } from "./support.ts";

const options = {
  agent: { type: "acme", key: "warehouse-agent", version: "3.0.0" },
  settings: () => [],
  replayEnabled: false,
  delivery: new FakeDelivery(),
};

function* statusOf(url: string): Operation<number> {
  return (yield* until(fetch(`${url}livez`))).status;
}

describe("the address of the service", () => {
  test("is what is asked for, and port 0 is any that is free; the log names it", function* ({ log }) {
    const { url } = yield* serve();
    const port = Number(new URL(url).port);
    expect(url).toBe(`http://127.0.0.1:${port}/`);
    expect(log.lines).toMatchObject([{ level: "info", url, msg: expect.stringContaining("The service listens") }]);
  });

  test("that something else has is an error that says so", function* () {
    const { url } = yield* serve();
    const port = Number(new URL(url).port);
    const error = yield* thrownBy(() => useService({ ...options, address: { host: "127.0.0.1", port } }));
    expect(error).toMatchObject({
      code: "E_SERVICE_ADDRESS",
      message: `The service cannot listen on 127.0.0.1, port ${port} (EADDRINUSE). Something else listens there. Set service_port in [core] to another port, or to 0 for any that is free.`,
    });
    expect(yield* statusOf(url)).toBe(200);
  });

  test.each([
    ["203.0.113.7", "EADDRNOTAVAIL"],
    ["no such host!", "ENOTFOUND"],
  ] as const)("%s, which is not this machine's, is an error that says so", function* ([host, code]) {
    const error = yield* thrownBy(() => useService({ ...options, address: { host, port: 0 } }));
    expect(error).toMatchObject({
      code: "E_SERVICE_ADDRESS",
      message: expect.stringMatching(
        new RegExp(`^The service cannot listen on ${host}, port 0 \\((${code}|EAI_AGAIN)\\)\\. Set service_host in`),
      ),
    });
  });
});

describe("the service", () => {
  test("ends with the caller's scope, and takes open connections along", function* () {
    let gone: Promise<unknown> | undefined;
    let url = "";
    yield* scoped(function* () {
      ({ url } = yield* serve());
      const stream = yield* until(fetch(`${url}live`));
      gone = stream.text().catch((error: unknown) => error);
      connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {}); // one that never asks for anything
      expect(yield* statusOf(url)).toBe(200);
    });
    yield* until(gone ?? Promise.reject(new Error("It was not opened.")));
    expect(yield* thrownBy(() => statusOf(url))).toMatchObject({ message: "fetch failed" });
  });

  test.each(["while it begins to listen", "once it listens"])("can be halted %s", function* (when) {
    const listens = Promise.withResolvers<string>();
    const task = yield* spawn(function* () {
      listens.resolve((yield* serve()).url);
      yield* suspend();
    });
    yield* sleep(0);
    const url = when === "once it listens" ? yield* until(listens.promise) : "http://127.0.0.1:9/";
    yield* task.halt();
    expect(yield* thrownBy(() => statusOf(url))).toMatchObject({ message: "fetch failed" });
  });

  test("leaves the globals of the agent as they are", function* () {
    const before = [globalThis.Request, globalThis.Response];
    const { url } = yield* serve();
    expect(yield* statusOf(url)).toBe(200);
    expect([globalThis.Request, globalThis.Response]).toEqual(before);
  });

  test("survives whatever happens in answering, and says so once", function* ({ log }) {
    const { url, monitor } = yield* serve();
    monitor.watchChannel({
      name: "broken",
      statistics() {
        throw new Error("The channel is broken.");
      },
    });
    for (const path of ["metrics", "metrics", "metrics"]) {
      const answer = yield* until(fetch(url + path));
      expect([answer.status, yield* until(answer.text())]).toEqual([
        500,
        "The service failed to answer; see the agent's log.\n",
      ]);
    }
    expect(yield* statusOf(url)).toBe(200);
    log.expect(/The service failed at something/);
    expect(log.lines.filter(({ level }) => level === "warn")).toMatchObject([
      { err: { message: "The channel is broken." } },
    ]);
  });

  test("cuts a connection on which no request is made", function* () {
    const { url } = yield* serve();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const answer = yield* until(
      new Promise<string>((resolve, reject) => {
        socket.once("data", (data) => resolve(String(data)));
        socket.once("error", reject);
        socket.write("this is not http\r\n\r\n");
      }),
    );
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(yield* statusOf(url)).toBe(200);
  });
});
