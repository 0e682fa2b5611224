/**
 * Halts POSTs over HTTP/2 in the two moments in which Node would not survive what undici does then: the turn in which
 * they began, and while the server does not read. `node http2-halts.ts <moment>` prints `alive`, or hangs for ever.
 */
import { createSecureServer } from "node:http2";
import { connect, createServer, type Socket } from "node:net";
import { type Operation, run, sleep, spawn, suspend } from "effection";
import type { HttpClient } from "../../../../../framework/http/index.ts";
import { useClient } from "./clients.ts";
import { CA_FILE, LOCALHOST, useSockets } from "./servers.ts";

/** More than kernels keep for a receiver that does not read. */
const LARGE = Buffer.alloc(30_000_000);
const WINDOW_BYTES = 2 ** 30;

const post = (client: HttpClient, body: string | Buffer) => client.request({ method: "POST", path: "x", body });

/** A server that answers at once, behind a wire that can be cut off. */
function* useServer() {
  const server = createSecureServer({ ...LOCALHOST, settings: { initialWindowSize: WINDOW_BYTES } });
  server.on("session", (session) => session.setLocalWindowSize(WINDOW_BYTES));
  server.on("stream", (stream) => {
    stream.on("error", () => {}).resume();
    stream.on("end", () => stream.destroyed || stream.respond({ ":status": 204 }, { endStream: true }));
  });
  const { port: innerPort } = yield* useSockets(server);
  const ends: [client: Socket, server: Socket][] = [];
  const { port } = yield* useSockets(
    createServer((socket) => {
      const inner = connect(innerPort, "127.0.0.1").on("error", () => {});
      socket.on("close", () => inner.destroy());
      socket.pipe(inner).pipe(socket);
      ends.push([socket, inner]);
    }),
  );
  return {
    port,
    stall: () => ends.map(([socket, inner]) => socket.unpipe(inner).pause()),
    goOn: () => ends.map(([socket, inner]) => socket.pipe(inner)),
  };
}

const moments: Readonly<
  Record<string, (client: HttpClient, wire: { stall(): void; goOn(): void }) => Operation<void>>
> = {
  *"the same turn"(client) {
    const loop = yield* spawn(function* () {
      for (let i = 0; i < 15; i++) {
        yield* spawn(function* () {
          for (;;) yield* post(client, "{}");
        });
      }
      yield* suspend();
    });
    for (let i = 0; i < 20; i++) yield* post(client, "{}");
    yield* loop.halt();
  },
  *"a stalled server"(client, wire) {
    wire.stall();
    const large = yield* spawn(() => post(client, LARGE));
    yield* sleep(200);
    const small = yield* spawn(() => post(client, "{}"));
    yield* sleep(20);
    yield* small.halt();
    wire.goOn();
    yield* large;
  },
};

await run(function* () {
  const { port, ...wire } = yield* useServer();
  const client = yield* useClient(`https://127.0.0.1:${port}/`, { http2: true, ssl_cert_file: CA_FILE });
  yield* post(client, "{}");
  yield* moments[process.argv[2] ?? ""]?.(client, wire) ?? sleep(0);
  console.log("alive", (yield* post(client, "{}")).status);
});
