import { AgentError } from "../../../toolkit/errors.ts";
import { Connection } from "./connection.ts";
import { Contents } from "./contents.ts";
import { findDamage, findDamageInside } from "./damage.ts";
import type { SetAside } from "./damaged-rows.ts";
import {
  Durability,
  type DurabilityOptions,
  flushNow,
  makeFile,
  makeReplacement,
  readSyncMark,
  type StorePaths,
  takeReplacement,
} from "./disk/index.ts";
import { DamageError, isEnvironment } from "./errors.ts";
import { checkVersion, migrate } from "./migrations.ts";
import { type Salvaged, salvage } from "./salvage/index.ts";

/** A store as long as its files are open. */
export interface OpenStore {
  readonly connection: Connection;
  readonly contents: Contents;
  /** `undefined` in memory, and for a command. */
  readonly durability: Durability | undefined;
}

export interface OpeningOptions extends DurabilityOptions {
  readonly setAside: SetAside;
}

/**
 * Opens the files, makes them when there are none, and repairs them when they are damaged.
 * @throws what SQLite or the system throws when the disk does not let it; UnrecoverableError `E_STORE_VERSION`
 */
export function openFiles(paths: StorePaths, options: OpeningOptions): OpenStore {
  takeReplacement(paths);
  const damage = findDamage(paths);
  if (damage !== undefined) return openRepaired(paths, damage, options);
  try {
    return connect(paths, options);
  } catch (error) {
    if (error instanceof AgentError || isEnvironment(error)) throw error;
    return openRepaired(paths, error, options); // there is nothing else that can be wrong
  }
}

export function openInMemory({ setAside }: OpeningOptions): OpenStore {
  const connection = new Connection(":memory:");
  migrate(connection);
  return { connection, contents: new Contents(connection, setAside), durability: undefined };
}

/** Another process may have the store open for writing; this one changes what it must and waits for the disk each time. */
export function openForCommand({ database }: StorePaths): OpenStore {
  const connection = new Connection(database);
  try {
    connection.execute("PRAGMA synchronous = FULL");
    checkVersion(connection);
    return { connection, contents: new Contents(connection), durability: undefined };
  } catch (error) {
    connection.close();
    throw error instanceof AgentError || isEnvironment(error)
      ? error
      : new DamageError(String(error), { cause: error });
  }
}

/** @param reason what is wrong with the files, which must be closed */
export function openRepaired(paths: StorePaths, reason: unknown, options: OpeningOptions): OpenStore {
  let salvaged: Salvaged | undefined;
  makeReplacement(paths, (draft) => {
    salvaged = salvage(paths, draft);
  });
  const aside = takeReplacement(paths);
  const message =
    "The store was damaged. What is whole in it was taken over into a new one; the damaged files are kept aside.";
  options.log?.error({ reason: String(reason), aside, ...salvaged }, message);
  return connect(paths, options);
}

function connect(paths: StorePaths, { setAside, ...options }: OpeningOptions): OpenStore {
  makeFile(paths.database);
  const onDisk = readSyncMark(paths.synced);
  const connection = new Connection(paths.database);
  let durability: Durability | undefined;
  try {
    const finding = findDamageInside(connection);
    if (finding !== undefined) throw new DamageError(finding);
    migrate(connection);
    const contents = new Contents(connection, setAside);
    durability = new Durability(connection, paths, options);
    flushNow(paths.directory); // the names of files that are new
    const missing = onDisk - contents.commits;
    if (missing > 0)
      options.log?.error({ missing }, "The latest transactions are gone: the store is older than it was.");
    return { connection, contents, durability };
  } catch (error) {
    if (durability !== undefined) durability.close();
    else connection.close();
    throw error;
  }
}
