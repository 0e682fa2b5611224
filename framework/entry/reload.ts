import type { Operation } from "effection";
import { ConfigurationError } from "../../registry/index.ts";
import type { Logger } from "../../toolkit/logging/index.ts";
import { type CoreSettings, coreConfiguration } from "../configuration/index.ts";
import type { Shutdown } from "../core/index.ts";
import { Generation } from "./generation.ts";
import type { Prepared } from "./prepare.ts";

/** What belongs to the process and not to the agent in it. */
const OF_THE_PROCESS: readonly (keyof CoreSettings)[] = [
  "state_dir",
  "state_max_mib",
  "ledger_days",
  "dead_letter_days",
  "max_channel_capacity",
  "shutdown_timeout",
  "service_port",
  "service_host",
  "service_replay_enabled",
];

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
  #current: Prepared;
  #next: Prepared | undefined;
  #running: Generation | undefined;

  constructor(first: Prepared, options: ReloadOptions) {
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
    const later = OF_THE_PROCESS.filter((key) => coreOf(next)[key] !== coreOf(this.#current)[key]);
    if (later.length > 0) log.warn({ settings: later }, "Some settings only change when the process is started again.");
    for (const warning of next.warnings) log.warn(warning);
    log.info({ file: next.file }, "The configuration has been read again; the agent goes on with it.");
    this.#next = next;
    this.#running?.end(timeoutMs);
  }

  /** Returns when the agent has ended and is not to start again. */
  *run(agent: (prepared: Prepared, shutdown: Shutdown) => Operation<void>): Operation<void> {
    let prepared: Prepared | undefined = this.#current;
    while (prepared !== undefined) {
      this.#current = prepared;
      this.#next = undefined;
      this.#running = new Generation(this.#options.shutdown);
      yield* this.#running.run((shutdown) => agent(this.#current, shutdown));
      prepared = this.#next; // Also when the process is to end: there may be something left to deliver.
    }
  }

  #read(): Prepared | undefined {
    const { read, log } = this.#options;
    try {
      const next = read();
      if (next.name === this.#current.name) return next;
      log.error(`agent_type is ${next.name} now. Start the process again for that; ${this.#current.name} goes on.`);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      log.error(`${error.message}\nThe agent goes on with the configuration it has.`);
    }
    return undefined;
  }
}

function coreOf({ registry }: Prepared): CoreSettings {
  return registry.lookup(coreConfiguration);
}
