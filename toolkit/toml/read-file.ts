import { readTextFile } from "../settings/index.ts";
import { parseToml, type TomlDocument, TomlError } from "./document.ts";

/**
 * Reads a TOML file (UTF-8).
 * @param name the file's name as messages shall show it
 * @returns undefined when there is no such file
 * @throws {TomlError} `E_TOML_UNREADABLE` or `E_TOML_SYNTAX`
 */
export function readTomlFile(path: string, name: string): TomlDocument | undefined {
  const file = readTextFile(path);
  if (file === undefined) return undefined;
  if ("unreadable" in file) throw new TomlError("E_TOML_UNREADABLE", name, `cannot be read: ${file.unreadable}`);
  return parseToml(file.text, name);
}
