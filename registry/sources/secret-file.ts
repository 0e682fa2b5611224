import { resolve } from "node:path";
import { readTextFile } from "../../toolkit/index.ts";

/** Line breaks at the end of the file are not part of the secret: most editors add one. */
export function readSecretFile(
  workingDirectory: string,
  path: string,
): { readonly value: string } | { readonly fault: string } {
  const file = readTextFile(resolve(workingDirectory, path));
  const name = looksLikePath(path) ? `The file ${path}` : "The file named there";
  if (file === undefined) return { fault: `${name} does not exist.` };
  if ("unreadable" in file) return { fault: `${name} cannot be read: ${file.unreadable}.` };
  // Keep the look-behind: without it, many line breaks inside take quadratic time.
  const value = file.text.replace(/(?<![\r\n])[\r\n]+$/, "");
  return value === "" ? { fault: `${name} is empty.` } : { value };
}

/** Otherwise it may be the secret itself, put in the wrong place. */
function looksLikePath(path: string): boolean {
  return /^(?:[./~]|[a-z]:[\\/])/i.test(path);
}
