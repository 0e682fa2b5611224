import type { JsonObject } from "../../toolkit/index.ts";
import type { Configuration, Field } from "../configuration.ts";
import type { Origin } from "./origin.ts";
import type { Sources } from "./sources.ts";

/** A setting that a source sets: to `value`, or in a way that is wrong. */
export interface Found {
  readonly origin: Origin;
  readonly value?: unknown;
  readonly fault?: Fault;
}

/** Two sentences: what is wrong, and how to put it right. */
export interface Fault {
  readonly message: string;
  readonly fix: string;
}

/** What the section's table in the file says about a key: `key = …`, or `key_file = "path"` for a secret. */
export function findInFile(sources: Sources, { section, optional }: Configuration, field: Field): Found | undefined {
  const table = tableOf(sources, section);
  const value = optional && table[field.key] === "" ? undefined : table[field.key];
  const fileKey = `${field.key}_file`;
  const path = field.isSecret ? table[fileKey] : undefined;
  if (path === undefined) return value === undefined ? undefined : { origin: { path: [section, field.key] }, value };
  const origin = { path: [section, fileKey] };
  if (value !== undefined) return { origin, fault: bothSet(field.key, fileKey) };
  if (typeof path === "string") return fromSecretFile(sources, field, origin, path);
  return { origin, fault: { message: `${fileKey} must be a path in quotes.`, fix: "Correct it." } };
}

/** What the environment says about a key: `NAME=…`, or `NAME_FILE=path` for a secret. The value is always text. */
export function findInEnvironment(sources: Sources, field: Field): Found | undefined {
  const { environment } = sources;
  const variable = environment.get(field.envName);
  const file = field.isSecret ? environment.get(`${field.envName}_FILE`) : undefined;
  if (file === undefined) return variable && { origin: { variable: variable.name }, value: variable.value };
  const origin = { variable: file.name };
  if (variable !== undefined) return { origin, fault: bothSet(variable.name, file.name) };
  return fromSecretFile(sources, field, origin, file.value);
}

/** The section's table in the file; empty when there is none. */
export function tableOf({ file }: Sources, section: string): JsonObject {
  const table = file?.values[section];
  return isObject(table) ? table : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fromSecretFile({ secretFiles }: Sources, { key }: Field, origin: Origin, path: string): Found {
  const read = secretFiles.read(path);
  if ("value" in read) return { origin, value: read.value };
  return { origin, fault: { message: read.fault, fix: `Put the value of ${key} there, or correct the path.` } };
}

function bothSet(plain: string, file: string): Fault {
  return { message: `${plain} and ${file} are both set.`, fix: "Keep one of them." };
}
