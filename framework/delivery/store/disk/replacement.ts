import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { flushNow, makeDirectory, makeFile, type StorePaths } from "./paths.ts";

/** Directories with damaged files that are kept, the latest ones: they may be as large as the store. */
const KEPT_ASIDE = 2;

/**
 * Makes a whole store beside the present one. It counts once it is complete and on disk: from then on it takes the place
 * of the present one, if not now, then when the store is next opened.
 * @param make fills the empty file
 */
export function makeReplacement(paths: StorePaths, make: (draft: string) => void): void {
  removeDraft(paths);
  makeFile(paths.draft);
  make(paths.draft);
  flushNow(paths.draft);
  renameSync(paths.draft, paths.replacement);
  flushNow(paths.directory);
}

/**
 * Lets the replacement, if there is one, take the database's place. No connection may be open.
 * @returns the directory in which the files that were there are kept; `undefined` when there were none
 */
export function takeReplacement(paths: StorePaths): string | undefined {
  removeDraft(paths);
  if (!existsSync(paths.replacement)) return undefined;
  const aside = setAside(paths);
  renameSync(paths.replacement, paths.database);
  flushNow(paths.directory);
  return aside;
}

function removeDraft({ draft }: StorePaths): void {
  for (const path of [draft, `${draft}-wal`, `${draft}-shm`, `${draft}-journal`]) rmSync(path, { force: true });
}

function setAside(paths: StorePaths): string | undefined {
  const files = [paths.database, paths.log].filter((path) => existsSync(path));
  rmSync(paths.shared, { force: true });
  if (files.length === 0) return undefined;
  const aside = join(paths.directory, `damaged-${new Date().toISOString().replaceAll(":", "-")}`);
  makeDirectory(aside);
  for (const path of files) renameSync(path, join(aside, basename(path)));
  forgetOldest(paths.directory);
  return aside;
}

function forgetOldest(directory: string): void {
  const aside = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = aside.map(({ name }) => name).filter((name) => /^damaged-\d/.test(name));
  for (const name of names.sort().slice(0, -KEPT_ASIDE)) rmSync(join(directory, name), { recursive: true });
}
