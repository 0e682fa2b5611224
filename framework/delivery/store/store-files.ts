import { AgentError } from "../../../toolkit/errors.ts";
import { damagedRowKeeper } from "./damaged-rows.ts";
import {
  checkAccess,
  type DurabilityOptions,
  makeDirectory,
  makeReplacement,
  type StorePaths,
  storePaths,
  takeReplacement,
  WriterLock,
} from "./disk/index.ts";
import { isDamage, storeError } from "./errors.ts";
import {
  type OpeningOptions,
  type OpenStore,
  openFiles,
  openForCommand,
  openInMemory,
  openRepaired,
} from "./opening.ts";

/** How often a commit looks whether the files are still there. */
const CHECK_PERIOD_MS = 1_000;

export interface StoreFilesOptions extends DurabilityOptions {
  readonly directory: string | undefined;
  readonly isCommand: boolean;
}

/** Keeps a store's files open, and repairs or replaces them under its users' hands when something has happened to them. */
export class StoreFiles {
  readonly #paths: StorePaths | undefined;
  readonly #isCommand: boolean;
  readonly #opening: OpeningOptions;
  #lock: WriterLock | undefined;
  #store: OpenStore | undefined;
  #isClosed = false;
  #checkedAtMs = 0;

  constructor({ directory, isCommand, ...options }: StoreFilesOptions) {
    this.#paths = directory === undefined ? undefined : storePaths(directory);
    this.#isCommand = isCommand;
    this.#opening = { ...options, setAside: damagedRowKeeper(this.#paths?.damagedRows, options.log) };
    try {
      this.#guard(() => this.#open());
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Does something with the store; once more when that shows that the files are damaged, after repairing them. */
  use<T>(work: (store: OpenStore) => T): T {
    return this.#guard(() => {
      try {
        return work(this.#opened());
      } catch (error) {
        if (!isDamage(error) || this.#paths === undefined || this.#isCommand) throw error;
        this.#closeFiles();
        this.#store = openRepaired(this.#paths, error, this.#opening);
        return work(this.#store);
      }
    });
  }

  /** Resolves when all that was committed before is on disk. */
  async sync(): Promise<void> {
    try {
      if (this.#opened().durability?.isSuspect) this.#rewrite();
      const { durability, contents } = this.#opened();
      await durability?.sync(contents.commits);
    } catch (error) {
      throw storeError(error, this.#paths?.directory);
    }
  }

  /** The same as `check()`, unless that was just now. */
  checkNowAndThen(): void {
    const nowMs = performance.now();
    if (nowMs - this.#checkedAtMs < CHECK_PERIOD_MS) return;
    this.#checkedAtMs = nowMs;
    this.check();
  }

  /** Writes the store to new files when somebody has removed or replaced those that are open. */
  check(): void {
    this.#guard(() => {
      if (this.#opened().durability?.isInPlace === false) this.#rewrite();
      else this.#keepLock();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#settle();
    this.#closeFiles();
    this.#lock?.release();
    this.#lock = undefined;
  }

  #open(): OpenStore {
    this.#store = this.#openAny();
    return this.#store;
  }

  #openAny(): OpenStore {
    if (this.#paths === undefined) return openInMemory(this.#opening);
    if (this.#isCommand) return openForCommand(this.#paths);
    makeDirectory(this.#paths.directory);
    checkAccess(this.#paths);
    this.#lock ??= new WriterLock(this.#paths);
    return openFiles(this.#paths, this.#opening);
  }

  #opened(): OpenStore {
    if (this.#isClosed) throw new AgentError("E_STORE_CLOSED", "The store is closed.");
    return this.#store ?? this.#open();
  }

  /** What is in the open files, whether or not they have a name still, goes to new ones. */
  #rewrite(): void {
    const paths = this.#paths;
    if (paths === undefined) return;
    makeDirectory(paths.directory);
    this.#keepLock();
    const { connection } = this.#opened();
    makeReplacement(paths, (draft) => connection.execute(`VACUUM INTO '${draft.replaceAll("'", "''")}'`));
    this.#closeFiles();
    const aside = takeReplacement(paths);
    const message = "The store's files were removed, replaced or not written by the disk. They are written anew.";
    this.#opening.log?.error({ directory: paths.directory, aside }, message);
    this.#open();
  }

  /** @throws {UnrecoverableError} `E_STATE_DIR_IN_USE` when the lock was removed and another process has come in */
  #keepLock(): void {
    if (this.#paths === undefined || this.#lock === undefined || this.#lock.isInPlace) return;
    const lock = new WriterLock(this.#paths);
    this.#lock.release();
    this.#lock = lock;
  }

  #closeFiles(): void {
    const store = this.#store;
    this.#store = undefined;
    if (store?.durability !== undefined) store.durability.close();
    else store?.connection.close();
  }

  /** It could be done when the store is next opened, too. */
  #settle(): void {
    try {
      if (!this.#isCommand) this.#store?.contents.settle();
    } catch (error) {
      this.#opening.log?.warn(
        { err: error },
        "What is delivered was not deleted from the store; that is done at the next start.",
      );
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#paths?.directory);
    }
  }
}
