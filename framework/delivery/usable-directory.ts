import { accessSync, constants, statSync } from "node:fs";
import { toError } from "../../toolkit/errors.ts";
import type { Logger } from "../../toolkit/logging/index.ts";
import { DEFAULT_STATE_DIRECTORY } from "../configuration/index.ts";
import { makeDirectory } from "./store/disk/index.ts";

/**
 * Makes it, unless it is the default, which is there for whom it is meant.
 * @returns the directory if something can be kept in it; otherwise the log is told
 */
export function usableDirectory(directory: string | undefined, log: Logger): string | undefined {
  const problem = directory === undefined ? undefined : problemWith(directory);
  if (problem === undefined) return directory;
  const message =
    "There is no state directory to write to: a restart loses what is not delivered. Mount one, or set state_dir.";
  log.warn({ state_dir: directory, problem }, message);
  return undefined;
}

function problemWith(directory: string): string | undefined {
  try {
    if (directory !== DEFAULT_STATE_DIRECTORY) makeDirectory(directory);
    if (!statSync(directory).isDirectory()) return "It is not a directory.";
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return toError(error).message;
  }
}
