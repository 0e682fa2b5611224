import { existsSync } from "node:fs";
import { type Operation, resource, sleep } from "effection";
import { AgentError } from "../../../toolkit/errors.ts";
import { useLogger } from "../../../toolkit/logging/index.ts";
import { untilShutdown, useShutdown } from "../../core/index.ts";
import { storePaths } from "./disk/index.ts";
import { EventStore, type StoreOptions } from "./event-store.ts";

/** How often a store is tried that cannot be opened now. */
const RETRY_MS = 5_000;

/** The disk may get better by itself. */
const PASSING: readonly string[] = ["E_STORE_FULL", "E_STORE_IO", "E_STORE_BUSY"];

/**
 * The store in a directory until the scope ends; in memory when there is no directory, or when it cannot be written to.
 * While the disk is full or fails, waits for it: what was queued earlier must not be left behind.
 * @throws {UnrecoverableError} `E_STATE_DIR_IN_USE`, `E_STORE_VERSION`
 * @throws {AgentError} `E_STORE_NOT_OPENED` when shutdown is requested while it waits
 */
export function useStore(options: Omit<StoreOptions, "isCommand" | "log" | "flush">): Operation<EventStore> {
  return resource(function* (provide) {
    const store = yield* openPatiently(options);
    try {
      yield* provide(store);
    } finally {
      store.close();
    }
  });
}

function* openPatiently(options: StoreOptions): Operation<EventStore> {
  const log = yield* useLogger({ task: "store" });
  const shutdown = yield* useShutdown();
  for (let isFirst = true; ; isFirst = false) {
    try {
      return new EventStore({ ...options, log });
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      if (error.code === "E_STORE_READ_ONLY") {
        log.error(
          { err: error },
          "The store cannot be written to; events are kept in memory only, and a restart loses them.",
        );
        return new EventStore({ ...options, directory: undefined, log });
      }
      if (!PASSING.includes(error.code)) throw error;
      if (isFirst) log.error({ err: error }, "The store cannot be opened now; it is tried again until it can.");
      yield* untilShutdown(() => sleep(RETRY_MS));
      if (shutdown.requested) throw notOpened(error);
    }
  }
}

function notOpened(cause: AgentError): AgentError {
  const message = `The store could not be opened before the agent was told to end: nothing was read or delivered, and what is in the store stays there. ${cause.message}`;
  return new AgentError("E_STORE_NOT_OPENED", message, { cause });
}

/**
 * For a command, on the store of an agent that may be running.
 * @throws {AgentError} `E_NO_STORE`, `E_STORE_VERSION`, `E_STORE_DAMAGED`
 */
export function openStoreForCommand(directory: string): EventStore {
  if (!existsSync(storePaths(directory).database)) {
    throw new AgentError("E_NO_STORE", `There is no store in ${directory}. Name an agent's state directory.`);
  }
  return new EventStore({ directory, maxBytes: Number.POSITIVE_INFINITY, isCommand: true });
}
