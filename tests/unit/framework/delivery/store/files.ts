import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensure, type Operation } from "effection";
import type { EventStore } from "../../../../../framework/delivery/index.ts";

/** Bytes of a file, changed in place. */
export function change(path: string, edit: (bytes: Buffer) => Buffer | undefined): void {
  const bytes = readFileSync(path);
  writeFileSync(path, edit(bytes) ?? bytes);
}

export function flip(path: string, offset: number, bit = 0): void {
  change(path, (bytes) => {
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
    return undefined;
  });
}

/** Where a text is in a file. */
export function offsetOf(path: string, text: string): number {
  const offset = readFileSync(path).indexOf(text);
  if (offset < 0) throw new Error(`${path} does not have ${text} in it.`);
  return offset;
}

/** Copies the files of an open store as a process that is killed would leave them. @returns their directory */
export function* leftByKill(store: EventStore): Operation<string> {
  const copy = mkdtempSync(join(tmpdir(), "killed-"));
  yield* ensure(() => rmSync(copy, { recursive: true, force: true, maxRetries: 3 }));
  copyStore(store.directory ?? "", copy);
  return copy;
}

export function copyStore(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name !== "owner.json" && name !== "lock") cpSync(join(from, name), join(to, name), { recursive: true });
  }
}

/** Names of what is in a directory, those set aside without their times. */
export function filesIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .map((name) => name.replace(/^damaged-\d.*/, "damaged-…"))
    .sort();
}
