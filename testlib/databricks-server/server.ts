import { createServer } from "node:http";
import { ensure, type Operation, resource } from "effection";
import { createApp } from "./api/app.ts";
import { Auth } from "./auth/index.ts";
import type { DatabricksServer, DatabricksServerOptions } from "./databricks-server.ts";
import { Exposures } from "./exposure/index.ts";
import { DatabricksFaults } from "./faults/index.ts";
import { Listener } from "./listener.ts";
import { StandIn } from "./stand-in.ts";
import { Story } from "./story/index.ts";
import { Traffic } from "./traffic/index.ts";
import { Workspace, WorkspaceClock } from "./workspace/index.ts";

/**
 * Starts the stand-in. It listens until the end of the scope and then drops every connection.
 * @throws {AgentError} `E_LISTEN` when the port cannot be had, `E_STORY_OPTION`
 */
export function useDatabricksServer(options: DatabricksServerOptions = {}): Operation<DatabricksServer> {
  const { port = 0, host = "127.0.0.1", maxKept = 5_000, faults = new DatabricksFaults() } = options;
  const { pageUrl = "https://adb-11.7.azuredatabricks.net/?o=11", pagesLists21 = false } = options;
  return resource(function* (provide) {
    const workspace = new Workspace(new WorkspaceClock(options.skewMs, options.clock));
    const story = options.story && new Story(workspace, options.story, maxKept);
    const catchUp = () => story?.catchUp();
    const traffic = new Traffic(() => workspace.clock.now(), maxKept);
    const [auth, exposures] = [new Auth(options.token), new Exposures(maxKept)];
    const app = createApp({ workspace, auth, faults, traffic, exposures, pageUrl, pagesLists21, catchUp });
    // Longer than clients keep connections: Node's own 5 s would close some that a client is about to use again.
    const listener = new Listener(createServer({ keepAliveTimeout: 75_000 }, app.handle), port, host);
    yield* ensure(function* () {
      app.close();
      yield* listener.close();
    });
    yield* listener.open();
    yield* provide(new StandIn({ workspace, auth, faults, traffic, exposures, listener, catchUp }));
  });
}
