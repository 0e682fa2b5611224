import { AgentError, toError } from "../../../toolkit/errors.ts";

/** SQLite's result codes that call for different things: https://www.sqlite.org/rescode.html */
const RESULT = {
  busy: 5,
  locked: 6,
  noMemory: 7,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

/** There was no room for the shared-memory file. */
const IO_NO_ROOM_TO_SHARE = 4874;

/** A primary key or a unique one is there already: then ids are not what they were. */
const ID_TAKEN: readonly number[] = [1555, 2067, 2579];

/** A file is shorter than it says. */
const IO_SHORT_READ = 522;

/** Why the store could not do something, and what to do about it. */
const MEANINGS: ReadonlyMap<number, readonly [code: string, what: string]> = new Map([
  [RESULT.busy, ["E_STORE_BUSY", "another process is writing to it"]],
  [RESULT.locked, ["E_STORE_BUSY", "another process is writing to it"]],
  [RESULT.readOnly, ["E_STORE_READ_ONLY", "it cannot be written to; make the directory and its files writable"]],
  [RESULT.io, ["E_STORE_IO", "the disk failed; see the system's log"]],
  [RESULT.cannotOpen, ["E_STORE_IO", "a file cannot be opened; check the directory, its owner and its mode"]],
  [RESULT.full, ["E_STORE_FULL", "the disk is full; make room on it"]],
  [IO_NO_ROOM_TO_SHARE, ["E_STORE_FULL", "the disk is full; make room on it"]],
]);

/** What Node's `fs` calls the same. */
const SYSTEM_RESULTS: Readonly<Record<string, number>> = {
  ENOSPC: RESULT.full,
  EDQUOT: RESULT.full,
  EROFS: RESULT.readOnly,
  EACCES: RESULT.readOnly,
  EPERM: RESULT.readOnly,
  EIO: RESULT.io,
  EFBIG: RESULT.io,
};

/** `node:sqlite` throws that when an integer is larger than any that was written. */
const OUT_OF_RANGE = "ERR_OUT_OF_RANGE";

/** The files are not as they were written. */
export class DamageError extends Error {
  override readonly name: string = "DamageError";
}

/** What SQLite or the system threw as an error of ours; anything else unchanged. All of it may work again later. */
export function storeError(thrown: unknown, directory: string | undefined): Error {
  const error = toError(thrown);
  const result = resultOf(error);
  if (isDamage(error)) return damaged(error, directory);
  const meaning = MEANINGS.get(result ?? Number.NaN) ?? MEANINGS.get(primary(result));
  if (meaning === undefined) return error;
  const [code, what] = meaning;
  const message = `The store in ${directory ?? "memory"} failed: ${what} (${error.message}).`;
  return new AgentError(code, message, { cause: error, retryable: true });
}

function damaged(error: Error, directory: string | undefined): AgentError {
  const message = `The store in ${directory ?? "memory"} is damaged (${error.message}). An agent that uses it repairs it.`;
  return new AgentError("E_STORE_DAMAGED", message, { cause: error, retryable: true });
}

/** Is this what damaged files lead to? */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamageError || (error instanceof Error && "code" in error && error.code === OUT_OF_RANGE))
    return true;
  const result = resultOf(error);
  if (result === undefined) return false;
  const isUnreadable = primary(result) === RESULT.corrupt || primary(result) === RESULT.notADatabase;
  return isUnreadable || result === IO_SHORT_READ || ID_TAKEN.includes(result);
}

/** Is this something that the files are not to blame for? */
export function isEnvironment(error: unknown): boolean {
  if (isDamage(error)) return false;
  return MEANINGS.has(primary(resultOf(error))) || primary(resultOf(error)) === RESULT.noMemory;
}

export function isBusy(error: unknown): boolean {
  return primary(resultOf(error)) === RESULT.busy;
}

export function isFull(error: unknown): boolean {
  return primary(resultOf(error)) === RESULT.full;
}

/** SQLite's extended result code. */
function resultOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode;
  return "code" in error && typeof error.code === "string" ? SYSTEM_RESULTS[error.code] : undefined;
}

function primary(result: number | undefined): number {
  return result === undefined ? Number.NaN : result & 0xff;
}
