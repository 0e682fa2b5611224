import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensure, type Operation } from "effection";

/** A script file for a child process to run, gone with the caller's scope. */
export function* useScript(source: string): Operation<string> {
  const directory = mkdtempSync(join(tmpdir(), "child-script-"));
  yield* ensure(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "script.mjs");
  writeFileSync(path, source);
  return path;
}

/** Keeps a script running until a signal ends it. */
export const stayAlive = "setInterval(() => {}, 1_000);";
