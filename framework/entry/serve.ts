import { type Operation, until } from "effection";
import { lookup } from "../../registry/index.ts";
import { coreConfiguration } from "../configuration/index.ts";
import { Monitor, MonitorContext } from "../core/index.ts";
import { useOutbox } from "../delivery/index.ts";
import { agentVersion } from "../version.ts";
import type { Prepared } from "./prepare.ts";

/** Lets the run watch itself, if there is going to be a service that shows it. */
export function* watchRun(): Operation<void> {
  const { service_port } = yield* lookup(coreConfiguration);
  if (service_port !== null) yield* MonitorContext.set(new Monitor());
}

/**
 * Opens the service that `[core] service_port` asks for. Its code is not loaded otherwise.
 * @param current what the agent runs with at the moment
 * @throws {AgentError} `E_SERVICE_ADDRESS`
 */
export function* serve(current: () => Prepared): Operation<void> {
  const core = yield* lookup(coreConfiguration);
  if (core.service_port === null) return;
  const { useService } = yield* until(import("../service/index.ts"));
  yield* useService({
    address: { host: core.service_host, port: core.service_port },
    agent: {
      type: current().name,
      get key() {
        return current().registry.lookup(coreConfiguration).agent_key;
      },
      version: agentVersion(),
    },
    settings: () => current().settings,
    replayEnabled: core.service_replay_enabled,
    delivery: yield* useOutbox(),
  });
}
