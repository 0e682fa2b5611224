export { type Position, parseToml, type TomlDocument, TomlError, type TomlLocation } from "./document.ts";
export type { JsonPath } from "./key-offsets.ts";
export { readTomlFile } from "./read-file.ts";
export { tomlText } from "./value-text.ts";
