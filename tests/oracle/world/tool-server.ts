import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ensure, type Operation, until } from "effection";
import type { Tool } from "./tool.ts";

/** What goes wrong with a request, if anything. `half`: the answer ends in the middle. `slow`: it takes `SLOW_MS`. */
export type ToolFault = "500" | "429" | "reset" | "hang" | "half" | "slow";

const SLOW_MS = 300;

export interface ToolServer {
  readonly url: string;
  /** Asked for each request. */
  fault: (path: string) => ToolFault | undefined;
}

/** The tool's API: `GET /runs?since=MS&after=TOKEN` and `GET /runs/ID`. It ends with the scope. */
export function* useToolServer(tool: Tool): Operation<ToolServer> {
  const server = createServer((request, response) => {
    request.resume();
    const url = new URL(request.url ?? "", "http://tool");
    answer(request, response, toReply(tool, url), toolServer.fault(url.pathname));
  });
  yield* ensure(function* () {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    yield* until(closed);
  });
  yield* until(new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  const toolServer: ToolServer = { url: `http://127.0.0.1:${portOf(server)}/`, fault: () => undefined };
  return toolServer;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

function toReply(tool: Tool, { pathname, searchParams }: URL): Reply {
  const now = Date.now();
  const [, , id] = pathname.split("/");
  const found =
    id === undefined
      ? tool.list(Number(searchParams.get("since")), searchParams.get("after") ?? undefined, now)
      : tool.history(id, now);
  return found === undefined ? { status: 404, body: "{}" } : { status: 200, body: JSON.stringify(found) };
}

function answer(request: IncomingMessage, response: ServerResponse, reply: Reply, fault: ToolFault | undefined): void {
  const send = ({ status, body }: Reply) =>
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  switch (fault) {
    case "500":
    case "429":
      send({ status: Number(fault), body: "" }).end();
      return;
    case "reset":
      request.socket.resetAndDestroy();
      return;
    case "hang":
      return;
    case "half":
      send(reply).write(reply.body.slice(0, reply.body.length / 2), () => request.socket.destroy());
      return;
    case "slow":
      setTimeout(() => send(reply).end(reply.body), SLOW_MS).unref();
      return;
    case undefined:
      send(reply).end(reply.body);
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
