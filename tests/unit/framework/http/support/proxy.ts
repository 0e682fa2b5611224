import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { type Operation, resource } from "effection";
import { useSockets } from "./servers.ts";

export interface TestProxy {
  readonly url: string;
  /** `CONNECT host:port` and `GET http://…`, with `Proxy-Authorization` when there was one. */
  readonly asked: readonly string[];
}

/** A proxy that tunnels and forwards everything; with a status, one that refuses every tunnel with it. */
export function useProxy(refusal?: number): Operation<TestProxy> {
  return resource(function* (provide) {
    const asked: string[] = [];
    const note = ({ method, url, headers }: IncomingMessage) =>
      asked.push([method, url, headers["proxy-authorization"]].filter((part) => part !== undefined).join(" "));
    const server = createServer((request, response) => {
      note(request);
      const { method = "GET", url = "", headers } = request;
      const { "proxy-authorization": _secret, ...forwarded } = headers;
      request.pipe(
        httpRequest(url, { method, headers: forwarded }, (reply) => {
          response.writeHead(reply.statusCode ?? 502, reply.headers);
          reply.pipe(response);
        }),
      );
    });
    server.on("connect", (request, socket) => {
      note(request);
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
        return;
      }
      const [host = "", port = ""] = (request.url ?? "").split(":");
      const target = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connected\r\n\r\n");
        socket.pipe(target).pipe(socket);
      });
      target.on("error", () => socket.destroy());
      socket.on("error", () => target.destroy());
    });
    const { port } = yield* useSockets(server);
    yield* provide({ url: `http://127.0.0.1:${port}/`, asked });
  });
}
