import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { givenValue, readSources } from "../../registry/index.ts";
import { AgentError, toError } from "../../toolkit/errors.ts";
import { coreConfiguration, DEFAULT_STATE_DIRECTORY } from "../configuration/index.ts";
import { type EventStore, openStoreForCommand, STORE_FILE } from "../delivery/index.ts";
import type { RunOptions } from "../entry/index.ts";
import type { StoreOptions } from "./arguments.ts";

/**
 * Works on the store of an agent, which may be running: in the directory that the command line names, or else the one
 * that the agent's configuration does.
 * @throws {AgentError} `E_NO_STORE`, `E_STORE_ACCESS`
 */
export function withStore({ stateDir }: StoreOptions, run: RunOptions, work: (store: EventStore) => void): void {
  const directory = resolve(run.workingDirectory, stateDir ?? configuredDirectory(run));
  checkStore(directory);
  const store = openStoreForCommand(directory);
  try {
    work(store);
  } finally {
    store.close();
  }
}

function checkStore(directory: string): void {
  try {
    accessSync(join(directory, STORE_FILE), constants.R_OK | constants.W_OK);
  } catch (cause) {
    const isAbsent = cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
    const message = isAbsent
      ? `There is no outbox in ${directory}. Name the agent's state directory with --state-dir or DK_STATE_DIR.`
      : `The outbox in ${directory} is not for this user (${toError(cause).message}). Run the command as the user that the agent runs as.`;
    throw new AgentError(isAbsent ? "E_NO_STORE" : "E_STORE_ACCESS", message, { cause });
  }
}

/** The other settings may be missing or wrong: they are no concern of a command. */
function configuredDirectory(run: RunOptions): string {
  const value = givenValue(readSources(run), coreConfiguration, "state_dir");
  return typeof value === "string" ? value : DEFAULT_STATE_DIRECTORY;
}
