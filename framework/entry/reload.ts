import type { Operation } from "effection";
import { ConfigurationError } from "../../registry/index.ts";
import type { Logger } from "../../toolkit/logging/index.ts";
import type { Shutdown } from "../core/index.ts";
import { isAboutConfiguration, logFailure } from "./failure.ts";
import { Generation } from "./generation.ts";
import type { Prepared } from "./prepare.ts";
import { changedOfTheProcess, withProcessOf } from "./process-settings.ts";

export interface ReloadOptions {
  /** Reads the configuration. @throws {ConfigurationError} */
  readonly read: () => Prepared;
  /** What is there to be done before the agent may run with a configuration, or anything of it may be logged. */
  readonly adopt: (prepared: Prepared) => void;
  readonly log: Logger;
  /** The process's. */
  readonly shutdown: Shutdown;
  /** How long the agent may take to end before it is started again, ms. */
  readonly timeoutMs: number;
}

/**
 * Runs the agent with one configuration after the other. It ends in good order and starts again in the same process: what
 * is not delivered, and how far the tool was read, stays in the outbox meanwhile.
 */
export class Reload {
  readonly #options: ReloadOptions;
  /** What the process was started with. */
  readonly #first: Prepared;
  #current: Prepared;
  #next: Prepared | undefined;
  #running: Generation | undefined;

  constructor(first: Prepared, options: ReloadOptions) {
    this.#first = first;
    this.#current = first;
    this.#options = options;
    options.adopt(first);
  }

  /** What the agent runs with. */
  get current(): Prepared {
    return this.#current;
  }

  /** Reads the configuration again and goes on with it, unless it is wrong. */
  request(): void {
    const { adopt, log, shutdown, timeoutMs } = this.#options;
    const next = shutdown.requested ? undefined : this.#read();
    if (next === undefined) return;
    adopt(next);
    const later = changedOfTheProcess(this.#first, next);
    if (later.length > 0) log.warn({ settings: later }, "Some settings only change when the process is started again.");
    for (const warning of next.warnings) log.warn(warning);
    log.info({ file: next.file }, "The configuration has been read again; the agent goes on with it.");
    this.#next = withProcessOf(this.#first, next);
    this.#running?.end(timeoutMs);
  }

  /** Returns when the agent has ended and is not to start again. */
  *run(agent: (prepared: Prepared, shutdown: Shutdown) => Operation<void>): Operation<void> {
    // The signal may have come before the agent starts.
    let fallback = this.#next && this.#current;
    let prepared: Prepared | undefined = this.#next ?? this.#current;
    while (prepared !== undefined) {
      this.#current = prepared;
      this.#next = undefined;
      this.#running = new Generation(this.#options.shutdown);
      try {
        yield* this.#running.run((shutdown) => agent(this.#current, shutdown));
        fallback = prepared;
        prepared = this.#next; // Also when the process is to end: there may be something left to deliver.
      } catch (error) {
        prepared = this.#next ?? fallback;
        if (prepared === undefined || !isAboutConfiguration(error)) throw error;
        logFailure(error, this.#options.log);
        if (prepared !== fallback) continue;
        this.#goBack(prepared);
        fallback = undefined; // should this one fail too
      }
    }
  }

  #read(): Prepared | undefined {
    const { read, log } = this.#options;
    try {
      const next = read();
      if (next.name === this.#first.name) return next;
      log.error(`agent_type is ${next.name} now. Start the process again for that; ${this.#first.name} goes on.`);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      log.error(`${error.message}\nThe agent goes on with the configuration it has.`);
    }
    return undefined;
  }

  #goBack(to: Prepared): void {
    this.#options.log.error("The agent goes back to the configuration it had.");
    this.#options.adopt(to);
  }
}
