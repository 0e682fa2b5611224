import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readTextFile } from "../../toolkit/index.ts";

export type SecretFile = { readonly value: string } | { readonly fault: string };

/** The files that hold secrets, each read once for all who ask: it may be a pipe, `_FILE=<(pass show key)`. */
export class SecretFiles {
  readonly #workingDirectory: string;
  readonly #read = new Map<string, SecretFile>();

  /** @param workingDirectory where relative paths start */
  constructor(workingDirectory: string) {
    this.#workingDirectory = workingDirectory;
  }

  /** Line breaks at the end of the file are not part of the secret: most editors add one. */
  read(path: string): SecretFile {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const file = read(path, resolve(this.#workingDirectory, path));
    this.#read.set(path, file);
    return file;
  }
}

function read(path: string, absolute: string): SecretFile {
  const file = readTextFile(absolute);
  const name = looksLikePath(path, absolute) ? `The file ${path}` : "The file named there";
  if (file === undefined) return { fault: `${name} does not exist.` };
  if ("unreadable" in file) return { fault: `${name} cannot be read: ${file.unreadable}.` };
  // Keep the look-behind: without it, many line breaks inside take quadratic time.
  const value = file.text.replace(/(?<![\r\n])[\r\n]+$/, "");
  return value === "" ? { fault: `${name} is empty.` } : { value };
}

/** Otherwise it may be the secret itself, put in the wrong place: any text can be one, but few begin with a directory. */
function looksLikePath(path: string, absolute: string): boolean {
  const directory = dirname(absolute);
  return path.includes("/") && directory !== "/" && existsSync(directory);
}
