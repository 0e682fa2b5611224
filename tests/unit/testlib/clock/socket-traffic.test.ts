import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { socketTraffic } from "../../../../testlib/clock/socket-traffic.ts";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function closeAfterwards(socket: Socket): void {
  const closed = socket.closed ? Promise.resolve() : once(socket, "close");
  closers.push(async () => {
    socket.destroy();
    await closed;
  });
}

async function listen(where: { readonly port: number } | { readonly path: string }): Promise<Server> {
  const server = createServer().listen(where);
  closers.push(async () => void (await server[Symbol.asyncDispose]()));
  await once(server, "listening");
  return server;
}

async function connectedPair(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = await listen({ port: 0 });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  const near = connect(address.port);
  const [[far]] = await Promise.all([once(server, "connection"), once(near, "connect")]);
  closeAfterwards(near);
  closeAfterwards(far);
  return { near, far };
}

test("nothing is to be expected without sockets", () => {
  expect(socketTraffic.outlook()).toBe("nothing");
});

test("nothing is to be expected when both ends have read all", async () => {
  const { near, far } = await connectedPair();
  far.end("hello");
  near.resume();
  await once(near, "end");
  expect(socketTraffic.outlook()).toBe("nothing");
});

test("a connection is in flight until it is made", async () => {
  const server = await listen({ port: 0 });
  const address = server.address();
  const near = connect(typeof address === "object" && address !== null ? address.port : 0);
  closeAfterwards(near);
  expect(socketTraffic.outlook()).toBe("in flight");
  await once(near, "connect");
});

test("bytes are in flight until the other end has read them", async () => {
  const { near, far } = await connectedPair();
  const before = socketTraffic.count();
  near.write("12345");
  expect(socketTraffic.count()).toBe(before + 5);
  expect(socketTraffic.outlook()).toBe("in flight");
  far.resume();
  await vi.waitUntil(() => socketTraffic.outlook() === "nothing");
  expect(socketTraffic.count()).toBe(before + 10);
});

test("what an end without its other end will bring is unknown", async () => {
  const { near, far } = await connectedPair();
  const before = socketTraffic.count();
  near.pause();
  far.destroy();
  await once(far, "close");
  expect(socketTraffic.outlook()).toBe("unknown");
  expect(socketTraffic.count()).not.toBe(before);
});

test("what pipes will bring is unknown", async () => {
  const path = join(tmpdir(), `socket-traffic-${process.pid}.sock`);
  const server = await listen({ path });
  const near = connect(path);
  const [[far]] = await Promise.all([once(server, "connection"), once(near, "connect")]);
  closeAfterwards(near);
  closeAfterwards(far);
  expect(socketTraffic.outlook()).toBe("unknown");
});
