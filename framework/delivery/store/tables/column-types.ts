import { crc32 } from "node:zlib";

/** `\n` in a text may make two rows alike to the checksum; it is for bytes that changed by themselves. */
export function rowChecksum(...values: readonly (string | number)[]): number {
  return crc32(values.join("\n"));
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}
