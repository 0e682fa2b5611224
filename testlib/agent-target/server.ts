import { createServer, type Server } from "node:http";
import { action, ensure, type Operation, resource, spawn } from "effection";
import { WebSocketServer } from "ws";
import { AgentError } from "../../toolkit/index.ts";
import type { AgentTarget, AgentTargetOptions } from "./agent-target.ts";
import { RunsInProgress } from "./in-progress.ts";
import { playStory } from "./player.ts";
import { toStorySettings } from "./story-options.ts";
import { Target } from "./target.ts";

/**
 * Starts the stand-in. It ends with the scope: clients are told 1001 (going away) and cut off.
 * @throws {AgentError} `E_LISTEN` when the port cannot be had, `E_STORY_OPTION`
 */
export function useAgentTarget(options: AgentTargetOptions = {}): Operation<AgentTarget> {
  const { port = 0, host = "127.0.0.1", autoPong = true } = options;
  return resource(function* (provide) {
    const story = options.story && toStorySettings(options.story);
    const server = yield* useHttpServer(port, host);
    const target = new Target(toUrl(server, host), toPort(server));
    const runs = new RunsInProgress();
    yield* ensure(() => target.cutOff());
    acceptClients(server, target, runs, autoPong);
    if (story) yield* spawn(() => playStory(story, runs, (text) => target.send(text)));
    yield* provide(target);
  });
}

/** Refusals and connections; a client gets what has happened so far in the runs in progress, and then what happens. */
function acceptClients(server: Server, target: Target, runs: RunsInProgress, autoPong: boolean): void {
  const webSockets = new WebSocketServer({
    server,
    autoPong,
    maxPayload: 64 * 1024, // clients have nothing to say
    verifyClient: (_info, answer) => answer(target.admits(), 503, "Turned away by agent-target."),
  });
  webSockets.on("connection", (webSocket, { socket }) => target.add({ webSocket, tcp: socket }, runs.texts()));
}

function* useHttpServer(port: number, host: string): Operation<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(426, { "content-type": "text/plain" }).end("This is agent-target. Connect by WebSocket.\n");
  });
  yield* ensure(() => closed(server));
  yield* listening(server, port, host);
  return server;
}

function listening(server: Server, port: number, host: string): Operation<void> {
  return action<void>((resolve, reject) => {
    const onError = (cause: Error) => {
      const message = `agent-target cannot listen on ${host}:${port}: ${cause.message}. Choose another port, or 0 for a free one.`;
      reject(new AgentError("E_LISTEN", message, { cause }));
    };
    server.once("error", onError).listen(port, host, resolve);
    return () => server.off("error", onError);
  }, "agent-target listen");
}

function closed(server: Server): Operation<void> {
  return action<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections(); // those that have not become WebSockets
    return () => {};
  }, "agent-target close");
}

function toPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new AgentError("E_LISTEN", "agent-target has no TCP port.");
  return address.port;
}

function toUrl(server: Server, host: string): string {
  return `ws://${host.includes(":") ? `[${host}]` : host}:${toPort(server)}`;
}
