import { ensure, type Operation, until, withResolvers } from "effection";
import { Client } from "undici";
import { Connections } from "../../../../../framework/http/connection/connections.ts";
import { expect, test } from "../../../../../testlib/index.ts";
import { answerStatus, type TestServer, useServer } from "../support/servers.ts";

function* useConnections(most: number): Operation<Connections> {
  const connections = new Connections((origin) => new Client(origin), most);
  yield* ensure(() => until(connections.destroy()));
  return connections;
}

/** A request whose steps can be watched. */
class Sending {
  readonly ended = withResolvers<string>();
  readonly origin: string;
  readonly path: string;
  hasStarted = false;
  onRequestStart = () => {
    this.hasStarted = true;
  };
  onResponseStart = () => {};
  onResponseData = () => {};
  onResponseEnd = () => this.ended.resolve("answered");
  onResponseError = (_controller: unknown, error: Error) => this.ended.resolve(error.name);

  constructor({ url }: TestServer, path: string) {
    this.origin = new URL(url).origin;
    this.path = path;
  }

  static through(connections: Connections, server: TestServer, paths: readonly string[]): readonly Sending[] {
    return paths.map((path) => {
      const sending = new Sending(server, path);
      connections.dispatch({ origin: sending.origin, path, method: "POST", body: "x" }, sending);
      return sending;
    });
  }
}

function* outcomes(all: readonly Sending[]): Operation<readonly string[]> {
  const found: string[] = [];
  for (const { ended } of all) found.push(yield* ended.operation);
  return found;
}

const urls = ({ received }: TestServer) => received.map(({ url }) => url);

test("as many requests as there are connections are under way, and the others follow in their order", function* () {
  const server = yield* useServer(answerStatus(204));
  const connections = yield* useConnections(1);
  const all = Sending.through(connections, server, ["/a", "/b", "/c"]);
  expect(yield* outcomes(all)).toEqual(["answered", "answered", "answered"]);
  expect([server.accepted, urls(server)]).toEqual([1, ["/a", "/b", "/c"]]);
});

test("a request that waits goes out in the very turn in which a connection has its answer", function* () {
  const server = yield* useServer(answerStatus(204));
  const connections = yield* useConnections(1);
  const [first, second] = Sending.through(connections, server, ["/a", "/b"]);
  const wasInTime = withResolvers<boolean>();
  if (first !== undefined) {
    first.onResponseEnd = () => {
      process.nextTick(() => setImmediate(() => wasInTime.resolve(second?.hasStarted === true)));
    };
  }
  expect(yield* wasInTime.operation).toBe(true);
  expect(yield* outcomes(second === undefined ? [] : [second])).toEqual(["answered"]);
});

test("one that is idle is used again", function* () {
  const server = yield* useServer(answerStatus(204));
  const connections = yield* useConnections(3);
  for (const path of ["/a", "/b", "/c"]) yield* outcomes(Sending.through(connections, server, [path]));
  expect(server.accepted).toBe(1);
});

test("each origin has connections of its own", function* () {
  const server = yield* useServer(answerStatus(204));
  const other = yield* useServer(answerStatus(204));
  const connections = yield* useConnections(1);
  const all = [...Sending.through(connections, server, ["/a"]), ...Sending.through(connections, other, ["/b"])];
  expect(yield* outcomes(all)).toEqual(["answered", "answered"]);
  expect([urls(server), urls(other)]).toEqual([["/a"], ["/b"]]);
});

test("a connection that breaks takes its own request with it, and serves the next ones anew", function* () {
  const server = yield* useServer((response, { url }) => {
    if (url === "/breaks") response.destroy();
    else response.end();
  });
  const connections = yield* useConnections(1);
  const all = Sending.through(connections, server, ["/breaks", "/b", "/c"]);
  expect(yield* outcomes(all)).toEqual(["SocketError", "answered", "answered"]);
  expect(server.accepted).toBe(2);
});

test("a server that nobody finds fails each request, and none is stuck", function* () {
  const server = { url: "http://127.0.0.1:1/" } as TestServer;
  const connections = yield* useConnections(1);
  const all = Sending.through(connections, server, ["/a", "/b", "/c"]);
  expect(yield* outcomes(all)).toEqual(["Error", "Error", "Error"]);
});

test("one that is given up never goes out, and the others do", function* () {
  const server = yield* useServer(answerStatus(204));
  const connections = yield* useConnections(1);
  const [first, second, third] = Sending.through(connections, server, ["/a", "/b", "/c"]);
  if (second !== undefined) connections.giveUp(second);
  yield* outcomes([first, third].filter((each) => each !== undefined));
  expect([urls(server), server.accepted, second?.hasStarted]).toEqual([["/a", "/c"], 1, false]);
});

test("their end fails what is under way, what waits and what comes later", function* () {
  const arrived = withResolvers<void>();
  const server = yield* useServer(() => arrived.resolve());
  const connections = yield* useConnections(1);
  const all = Sending.through(connections, server, ["/a", "/b", "/c"]);
  yield* arrived.operation;
  yield* until(connections.destroy());
  expect(yield* outcomes(all)).toEqual(Array(3).fill("ClientDestroyedError"));
  expect(() => Sending.through(connections, server, ["/d"])).toThrow("destroyed");
});
