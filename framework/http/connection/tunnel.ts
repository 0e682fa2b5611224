import { request } from "node:http";
import type { Socket } from "node:net";
import { AgentError } from "../../../toolkit/index.ts";
import { authorityOf, type Route } from "./route.ts";

/**
 * Asks the proxy at the other end of `socket` for a tunnel to the route's endpoint.
 * @throws {AgentError} `E_HTTP_PROXY` when the proxy says no; retryable for 5xx
 */
export function openTunnel(socket: Socket, route: Route, signal: AbortSignal): Promise<void> {
  const authority = authorityOf(route.endpoint);
  return new Promise((resolve, reject) => {
    const abandon = () => socket.destroy(signal.reason);
    const fail = (error: unknown) => {
      signal.removeEventListener("abort", abandon);
      socket.destroy();
      reject(signal.aborted ? signal.reason : error);
    };
    signal.addEventListener("abort", abandon);
    request({
      method: "CONNECT",
      path: authority,
      headers: {
        host: authority,
        ...(route.proxy?.authorization === undefined ? {} : { "proxy-authorization": route.proxy.authorization }),
      },
      createConnection: () => socket,
    })
      .on("connect", ({ statusCode = 0 }, _socket, head) => {
        if (statusCode < 200 || statusCode > 299) {
          fail(refused(route, statusCode));
          return;
        }
        signal.removeEventListener("abort", abandon);
        if (head.length > 0) socket.unshift(head);
        resolve();
      })
      .on("error", fail)
      .end();
  });
}

function refused(route: Route, status: number): AgentError {
  const hint = status === 407 ? " Put user name and password into the proxy's URL." : "";
  return new AgentError(
    "E_HTTP_PROXY",
    `The proxy ${route.proxy?.origin} answered ${status} when asked for a tunnel to ${authorityOf(route.endpoint)}.${hint}`,
    { retryable: status >= 500 },
  );
}
