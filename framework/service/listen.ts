import type { Server } from "node:http";
import { action, type Operation, until } from "effection";
import { AgentError } from "../../toolkit/errors.ts";

export interface Address {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** @throws {AgentError} `E_SERVICE_ADDRESS` */
export function listen(server: Server, { host, port }: Address): Operation<void> {
  return action((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => reject(toAddressError(cause, { host, port }));
    server.once("error", failed);
    server.listen({ host, port }, resolve);
    return () => server.off("error", failed);
  }, "listening for the service");
}

/** Drops all connections. */
export function* stop(server: Server): Operation<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve()); // calls back with an error when it never listened: stopped all the same
  server.closeAllConnections();
  yield* until(promise);
}

/** Where the service is, for a person to open. */
export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return "";
  const { address: host, family, port } = address;
  return `http://${family === "IPv6" ? `[${host}]` : host}:${port}/`;
}

const FIXES: Readonly<Record<string, string>> = {
  EADDRINUSE: "Something else listens there. Set service_port in [core] to another port, or to 0 for any that is free.",
  EACCES: "Ports below 1024 need privileges. Set service_port in [core] to a higher one.",
};

function toAddressError(cause: NodeJS.ErrnoException, { host, port }: Address): AgentError {
  const fix =
    FIXES[cause.code ?? ""] ??
    'Set service_host in [core] to an address of this machine: "127.0.0.1" for itself, "0.0.0.0" for all.';
  const message = `The service cannot listen on ${host}, port ${port} (${cause.code ?? cause.message}). ${fix}`;
  return new AgentError("E_SERVICE_ADDRESS", message, { cause });
}
