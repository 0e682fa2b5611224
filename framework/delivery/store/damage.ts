import { existsSync, lstatSync } from "node:fs";
import { type Connection, PAGE_BYTES } from "./connection.ts";
import { readSyncMark, type StorePaths } from "./disk/index.ts";
import { ByteReader, type LogFile, readLog, visitRows } from "./salvage/index.ts";
import { acknowledgementFrom, countsFrom } from "./tables/index.ts";

const SQLITE_MARK = "SQLite format 3\0";

/** What never changes in the first bytes of the database; some of it is 0 until there is a table. */
const HEADER: readonly HeaderField[] = [
  { offset: 0, bytes: Buffer.from(SQLITE_MARK) },
  { offset: 16, bytes: Buffer.from([PAGE_BYTES >> 8, PAGE_BYTES & 0xff]) },
  { offset: 20, bytes: Buffer.from([0, 64, 32, 32]) },
  { offset: 44, bytes: Buffer.from([0, 0, 0, 4]), mayBeZero: true },
  { offset: 56, bytes: Buffer.from([0, 0, 0, 1]), mayBeZero: true },
];

/** Where it says whether there is a log: 1 for no, 2 for yes. With anything else, SQLite would take the file as read-only. */
const MODES: readonly number[] = [18, 19];

interface HeaderField {
  readonly offset: number;
  readonly bytes: Buffer;
  readonly mayBeZero?: boolean;
}

const HEADER_BYTES = 100;

/** Where the counters are, among others. */
const FIRST_PAGES: readonly number[] = Array.from({ length: 16 }, (_, i) => i * PAGE_BYTES);

/** A larger store is checked less thoroughly when it is opened, as that takes about 2 ms a MiB; reading finds the rest. */
const CHECKED_PAGES = (32 * 1024 * 1024) / PAGE_BYTES;

/**
 * What is wrong with the files, as far as SQLite would not notice but do away with what is left, or not open them at all.
 * To be asked before they are opened.
 */
export function findDamage(paths: StorePaths): string | undefined {
  const { database, log } = paths;
  const logFile = existsSync(log) ? withFile(log, readLog) : undefined;
  const hasFrames = logFile !== undefined && logFile.frames.length > 0;
  if (!existsSync(database)) return hasFrames ? "The database is missing, and its log is there." : undefined;
  if (!lstatSync(database).isFile()) return "The database is not a file.";
  const header = withFile(database, (file) => file.read(0, HEADER_BYTES));
  if (header.length === 0) return hasFrames ? "The database is empty, and its log is not." : undefined;
  const isSound =
    HEADER.every((field) => isAsItShould(header, field)) && MODES.every((offset) => isMode(header[offset]));
  if (!isSound) return "The database's header is damaged.";
  return logFile === undefined ? undefined : findDamageInLog(logFile, paths);
}

function isAsItShould(header: Buffer, { offset, bytes, mayBeZero = false }: HeaderField): boolean {
  const found = header.subarray(offset, offset + bytes.length);
  return found.equals(bytes) || (mayBeZero && found.every((byte) => byte === 0));
}

function isMode(byte: number | undefined): boolean {
  return byte === 1 || byte === 2;
}

/** To be asked once they are open. */
export function findDamageInside(connection: Connection): string | undefined {
  const isSmall = (connection.number("PRAGMA page_count") ?? 0) <= CHECKED_PAGES;
  const [[finding] = []] = connection.all(isSmall ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(events)");
  return finding === "ok" ? undefined : String(finding);
}

/**
 * SQLite leaves out what comes after the first thing that is wrong. That is right when the power failed, and wrong when
 * that was on disk.
 */
function findDamageInLog({ frames, taken }: LogFile, { database, log, synced }: StorePaths): string | undefined {
  if (taken === frames.findLastIndex(({ isCommit }) => isCommit) + 1) return undefined;
  const offsets = frames.slice(0, taken).map(({ offset }) => offset);
  const commits = withFile(log, (file) => lastCommitIn(file, offsets.reverse()));
  const known = commits ?? withFile(database, (file) => lastCommitIn(file, FIRST_PAGES)) ?? 0;
  return known < readSyncMark(synced) ? `The log is damaged at frame ${taken + 1} of ${frames.length}.` : undefined;
}

/** @returns the first one that a page knows of */
function lastCommitIn(file: ByteReader, offsets: readonly number[]): number | undefined {
  for (const offset of offsets) {
    const commits = commitsIn(file.read(offset, PAGE_BYTES));
    if (commits > 0) return commits;
  }
  return undefined;
}

/** The number of the transaction that wrote the page, as far as the page says. */
function commitsIn(page: Buffer): number {
  let commits = 0;
  const readPage = () => undefined;
  visitRows(page, 0, readPage, (row) => {
    commits = Math.max(commits, countsFrom(row)?.commits ?? 0, acknowledgementFrom(row)?.commit ?? 0);
    return true;
  });
  return commits;
}

function withFile<T>(path: string, read: (file: ByteReader) => T): T {
  const file = new ByteReader(path);
  try {
    return read(file);
  } finally {
    file.close();
  }
}
