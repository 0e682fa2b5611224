import type { DatabaseSync, DatabaseSyncOptions } from "node:sqlite";

const NOTICE = "SQLite is an experimental feature";

/**
 * Opens a SQLite database. All of ours go through here: early releases of Node 24 warn on standard error when
 * `node:sqlite` is loaded, which is of no use to who reads the log. Only that one warning is left out.
 */
export function openSqlite(path: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite();
  return new Database(path, options);
}

function loadSqlite(): typeof import("node:sqlite") {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]) => {
    if (!String(warning).startsWith(NOTICE)) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}
