import { lstatSync, readFileSync } from "node:fs";

/** A file's text, or why it cannot be had (never a part of its content). */
export type TextFile = { readonly text: string } | { readonly unreadable: string };

/**
 * Reads a UTF-8 file that holds settings.
 * @returns undefined when there is no such file; a link that leads nowhere counts as one that cannot be read
 */
export function readTextFile(path: string): TextFile | undefined {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    return { unreadable: reason(error) };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "the agent's user may not read it (EACCES)",
  EISDIR: "it is a directory; Docker makes one when the file to be mounted does not exist on the host (EISDIR)",
  ENOENT: "it is a link to a file that does not exist (ENOENT)",
  ERR_ENCODING_INVALID_ENCODED_DATA: "it is not UTF-8 text",
};

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return REASONS[code] ?? code;
}
