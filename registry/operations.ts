import { createContext, type Operation } from "effection";
import { useLogger } from "../toolkit/index.ts";
import type { Configuration } from "./configuration.ts";
import type { Registry } from "./registry.ts";

/** The run's registry, set once by the entry point (or by a test). */
export const RegistryContext = createContext<Registry>("configuration registry");

export function useRegistry(): Operation<Registry> {
  return RegistryContext.expect();
}

/** Reads, validates and stores a section. See `Registry.register` for the errors. */
export function* register<Output>(configuration: Configuration<Output>): Operation<Output> {
  const registry = yield* useRegistry();
  return registry.register(configuration);
}

/** The stored settings of a section. See `Registry.lookup` for the error. */
export function* lookup<Output>(configuration: Configuration<Output>): Operation<Output> {
  const registry = yield* useRegistry();
  return registry.lookup(configuration);
}

/** Stores settings as they are, in place of any others. */
export function* add<Output extends object>(configuration: Configuration<Output>, value: Output): Operation<void> {
  const registry = yield* useRegistry();
  registry.add(configuration, value);
}

/** The stored settings with some of them changed, validated; what is stored stays as it is. */
export function* mutate<Output extends object>(
  configuration: Configuration<Output>,
  changes: Partial<Output>,
): Operation<Output> {
  const registry = yield* useRegistry();
  return registry.mutate(configuration, changes);
}

/** True when the section is stored, or could be read and validated; then it is stored from now on. */
export function* available(configuration: Configuration): Operation<boolean> {
  const registry = yield* useRegistry();
  const isAvailable = registry.available(configuration);
  const log = yield* useLogger();
  if (!isAvailable)
    log.debug({ section: configuration.section }, "Section is not available: it is incomplete or wrong.");
  return isAvailable;
}
