import { AgentError, UnrecoverableError } from "../../../toolkit/errors.ts";
import { agentVersion } from "../../version.ts";
import type { Connection } from "./connection.ts";
import { DamageError } from "./errors.ts";
import { SCHEMA_1, SCHEMA_2 } from "./schema.ts";
import { Counters, NO_COUNTS } from "./tables/index.ts";

/** Takes a store from one version of the schema to the next. */
export type Migration = (connection: Connection) => void;

/** The first makes version 1 of an empty file, the second makes version 2 of that, and so on. Only ever append. */
export const MIGRATIONS: readonly Migration[] = [
  (connection) => {
    connection.execute(SCHEMA_1);
    new Counters(connection).write(NO_COUNTS);
  },
  (connection) => connection.execute(SCHEMA_2),
];

/**
 * Brings a store to the latest version, all steps in one transaction.
 * @throws {UnrecoverableError} `E_STORE_VERSION` when a later release has written it
 * @throws {DamageError} when it says different things about its version
 */
export function migrate(connection: Connection, migrations: readonly Migration[] = MIGRATIONS): void {
  const version = readVersion(connection);
  if (version > migrations.length) throw tooNew(connection, version, migrations.length);
  if (version === migrations.length && writtenBy(connection) === agentVersion()) return;
  connection.transaction(() => {
    for (const migration of migrations.slice(version)) migration(connection);
    const sql = "INSERT OR REPLACE INTO about VALUES (1, ?, ?)";
    connection.run(sql, agentVersion(), migrations.length);
    connection.execute(`PRAGMA user_version = ${migrations.length}`);
  });
}

/**
 * For a command, which changes no schema.
 * @throws {AgentError} `E_STORE_VERSION` when another release has written the store
 */
export function checkVersion(connection: Connection): void {
  const version = readVersion(connection);
  if (version > MIGRATIONS.length) throw tooNew(connection, version, MIGRATIONS.length);
  if (version === MIGRATIONS.length) return;
  const message = `The store has version ${version} of the schema, and this command works on version ${MIGRATIONS.length}. Start an agent of this release on it once.`;
  throw new AgentError("E_STORE_VERSION", message);
}

/** The version is in two places, so that a damaged one is not taken for that of a later release. */
function readVersion(connection: Connection): number {
  const version = connection.number("PRAGMA user_version") ?? 0;
  const isEmpty = connection.number("SELECT count(*) FROM sqlite_schema") === 0;
  const noted = isEmpty ? 0 : connection.number("SELECT schema FROM about");
  if (noted !== version) throw new DamageError(`The schema's version is ${version} in one place, ${noted} in another.`);
  return version;
}

function writtenBy(connection: Connection): string {
  return String(connection.first("SELECT written_by FROM about")?.[0]);
}

function tooNew(connection: Connection, version: number, known: number): UnrecoverableError {
  const message = `The store was written by release ${writtenBy(connection)} (version ${version} of its schema); this release, ${agentVersion()}, knows versions up to ${known}. Start that release or a later one, or give this one another state directory.`;
  return new UnrecoverableError("E_STORE_VERSION", message);
}
