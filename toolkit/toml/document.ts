import { parse, TomlError as SyntaxProblem } from "smol-toml";
import { AgentError } from "../errors.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type JsonPath, keyOffsets } from "./key-offsets.ts";

/** Line and column, from 1; columns count UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface TomlLocation {
  readonly key: Position;
  readonly value: Position;
}

export interface TomlDocument {
  /** The file's name as messages show it. */
  readonly name: string;
  /** Dates are their ISO 8601 text; integers that a double cannot hold exactly are bigints. */
  readonly values: JsonObject;
  /** Where a section, a key at any depth, or an array element stands; undefined when the document has no such path. */
  locate(path: JsonPath): TomlLocation | undefined;
}

/** `E_TOML_SYNTAX` (with its position) or `E_TOML_UNREADABLE`. The message is `where`, then `reason`. */
export class TomlError extends AgentError {
  override readonly name: string = "TomlError";
  /** `agent.toml:3:7`, or only the file's name when no place in it is to blame. */
  readonly where: string;
  /** `is not valid TOML: …` or `cannot be read: …`, without the place. */
  readonly reason: string;

  constructor(code: string, where: string, reason: string, options?: ErrorOptions) {
    super(code, `${where} ${reason}.`, options);
    this.where = where;
    this.reason = reason;
  }
}

type Offsets = ReturnType<typeof keyOffsets>;

/**
 * Parses TOML 1.0 text.
 * @param name the file's name as messages shall show it
 * @throws {TomlError} `E_TOML_SYNTAX`; `E_TOML_UNREADABLE` when it is nested too deeply to be gone through
 */
export function parseToml(text: string, name: string): TomlDocument {
  const values = readValues(text, name);
  let offsets: Offsets | undefined;
  return {
    name,
    values,
    locate(path) {
      offsets ??= offsetsIn(text);
      const found = offsets.get(JSON.stringify(path));
      return found && { key: positionAt(text, found.key), value: positionAt(text, found.value) };
    },
  };
}

function readValues(text: string, name: string): JsonObject {
  try {
    return toJsonObject(parse(text, { integersAsBigInt: "asNeeded" }));
  } catch (error) {
    if (error instanceof RangeError) throw new TomlError("E_TOML_UNREADABLE", name, `cannot be read: ${TOO_DEEP}`);
    if (!(error instanceof SyntaxProblem)) throw error;
    // Keep the parser's error out of `cause`: it quotes the lines around the mistake, and those may hold a secret.
    const reason = (error.message.split("\n")[0] ?? "").replace("Invalid TOML document: ", "");
    throw new TomlError("E_TOML_SYNTAX", `${name}:${error.line}:${error.column}`, `is not valid TOML: ${reason}`);
  }
}

const TOO_DEEP = "it is too large, or its tables are nested too deeply";

/** None when the text is too large for that: places help, but nobody needs them. */
function offsetsIn(text: string): Offsets {
  try {
    return keyOffsets(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Map();
  }
}

function toJsonObject(table: object): JsonObject {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, toJson(value)]));
}

function toJson(value: unknown): JsonValue {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "object" && value !== null) return toJsonObject(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new TypeError(`TOML has no values of type ${typeof value}`);
}

function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
