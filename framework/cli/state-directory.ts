import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { givenValue, readSources } from "../../registry/index.ts";
import { AgentError } from "../../toolkit/errors.ts";
import { coreConfiguration, DEFAULT_STATE_DIRECTORY } from "../configuration/index.ts";
import { type EventStore, openStoreForCommand, STORE_FILE } from "../delivery/index.ts";
import type { RunOptions } from "../entry/index.ts";
import type { StoreOptions } from "./arguments.ts";

/**
 * Works on the store of an agent, which may be running: in the directory that the command line names, or else the one
 * that the agent's configuration does.
 * @throws {AgentError} `E_NO_STORE`
 */
export function withStore({ stateDir }: StoreOptions, run: RunOptions, work: (store: EventStore) => void): void {
  const directory = resolve(run.workingDirectory, stateDir ?? configuredDirectory(run));
  if (!existsSync(join(directory, STORE_FILE))) {
    const message = `There is no outbox in ${directory}. Name the agent's state directory with --state-dir or DK_STATE_DIR.`;
    throw new AgentError("E_NO_STORE", message);
  }
  const store = openStoreForCommand(directory);
  try {
    work(store);
  } finally {
    store.close();
  }
}

/** The other settings may be missing or wrong: they are no concern of a command. */
function configuredDirectory(run: RunOptions): string {
  const value = givenValue(readSources(run), coreConfiguration, "state_dir");
  return typeof value === "string" ? value : DEFAULT_STATE_DIRECTORY;
}
