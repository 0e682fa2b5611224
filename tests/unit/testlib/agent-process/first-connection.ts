import { createServer } from "node:net";
import { ensure, type Operation, resource, withResolvers } from "effection";

export interface FirstConnection {
  /** Connect here, on 127.0.0.1. */
  readonly port: number;
  /** Waits until whoever connected first is gone: a process that no longer exists has no connections. */
  readonly closed: Operation<void>;
}

export function useFirstConnection(): Operation<FirstConnection> {
  return resource(function* (provide) {
    const closed = withResolvers<void>();
    const listening = withResolvers<void>();
    const server = createServer((socket) =>
      socket
        .on("error", () => {})
        .once("close", () => closed.resolve())
        .resume(),
    );
    yield* ensure(() => void server.close());
    server.listen(0, "127.0.0.1", () => listening.resolve());
    yield* listening.operation;
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    yield* provide({ port, closed: closed.operation });
  });
}
