import type { Server } from "node:http";
import { action, type Operation, until } from "effection";
import { AgentError } from "../../toolkit/index.ts";

/** The port of a server, which can be closed and opened again. */
export class Listener {
  readonly #server: Server;
  readonly #host: string;
  #port: number;

  constructor(server: Server, port: number, host: string) {
    this.#server = server;
    this.#port = port;
    this.#host = host;
  }

  get port(): number {
    return this.#port;
  }

  /** What a program on this machine connects to. */
  get origin(): string {
    const host = this.#host === "0.0.0.0" || this.#host === "::" ? "localhost" : this.#host;
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.#port}`;
  }

  /** @throws {AgentError} `E_LISTEN` when the port cannot be had */
  *open(): Operation<void> {
    const [server, host, port] = [this.#server, this.#host, this.#port];
    yield* action<void>((resolve, reject) => {
      const failed = (cause: Error) => {
        const message = `databricks-server cannot listen on ${host}:${port}: ${cause.message}. Choose another port, or 0 for a free one.`;
        reject(new AgentError("E_LISTEN", message, { cause }));
      };
      server.once("error", failed).listen(port, host, resolve);
      return () => server.off("error", failed);
    }, "databricks-server listen");
    const address = server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
  }

  /** Nobody gets in, and who is in is thrown out. @returns what lets people in again, on the same port */
  refuse(): () => void {
    this.#server.close();
    this.#server.closeAllConnections();
    return () => {
      if (!this.#server.listening) this.#server.listen(this.#port, this.#host);
    };
  }

  *close(): Operation<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve()); // calls back with an error when it does not listen: closed all the same
    this.#server.closeAllConnections();
    yield* until(promise);
  }
}
