import type { Operation } from "effection";
import { coreConfiguration, httpConfiguration, observabilityConfiguration } from "../framework/configuration/index.ts";
import { Shutdown, ShutdownContext } from "../framework/core/index.ts";
import { StateStore, StateStoreContext } from "../framework/observability/index.ts";
import { type Configuration, openRegistry, type Registry, RegistryContext, readSources } from "../registry/index.ts";

export interface RunContexts {
  readonly registry: Registry;
  readonly shutdown: Shutdown;
  readonly stateStore: StateStore;
}

/** What the entry point sets up for an agent, from the environment given alone: no file is read. */
export function* useRunContexts(
  env: Readonly<Record<string, string>>,
  configurations: readonly Configuration[] = [],
): Operation<RunContexts> {
  const register = [coreConfiguration, httpConfiguration, observabilityConfiguration, ...configurations];
  const sources = readSources({ env, workingDirectory: "/", directories: [] });
  const { registry } = openRegistry({ sources, known: register, register });
  yield* RegistryContext.set(registry);
  const shutdown = yield* ShutdownContext.set(new Shutdown());
  const stateStore = yield* StateStoreContext.set(new StateStore());
  return { registry, shutdown, stateStore };
}
