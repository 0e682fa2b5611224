import { createContext, type Operation, resource, spawn } from "effection";
import { type Logger, useLogger } from "../../toolkit/logging/index.ts";
import type { CoreSettings } from "../configuration/index.ts";
import { UnitsOfWorkContext, useHealth } from "../core/index.ts";
import { Outbox } from "./outbox.ts";
import { useStore } from "./store/index.ts";
import { OutboxUnits } from "./units.ts";
import { usableDirectory } from "./usable-directory.ts";

const FIRST_KEEP_MS = 1_000;

/** Fewer bodies in memory would make it slow. */
const LEAST_CAPACITY = 1_024;

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface OpenOutboxOptions {
  /** Where it is kept. One that is missing or cannot be written to counts as none: then it is kept in memory. */
  readonly directory: string | undefined;
  readonly maxBytes: number;
  /** How long an event's key is remembered, ms. */
  readonly ledgerMs: number;
  readonly deadLetterMs: number;
  /** Event bodies in memory. */
  readonly capacity: number;
}

/** As `[core]` says. */
export function outboxOptions(core: CoreSettings): OpenOutboxOptions {
  return {
    directory: core.state_dir,
    maxBytes: core.state_max_mib * MIB,
    ledgerMs: core.ledger_days * DAY_MS,
    deadLetterMs: core.dead_letter_days * DAY_MS,
    capacity: Math.max(core.max_channel_capacity, LEAST_CAPACITY),
  };
}

export const OutboxContext = createContext<Outbox>("observability-agents.outbox");

/** The run's outbox. */
export function useOutbox(): Operation<Outbox> {
  return OutboxContext.expect();
}

/**
 * Opens the outbox, for what the caller does from here on: until its scope ends, events, state and units of work are kept
 * in it.
 * @throws {UnrecoverableError} `E_STATE_DIR_IN_USE` when another process has the directory
 * @throws {AgentError} `E_STORE_NOT_OPENED` when shutdown is requested while the disk is full or fails
 */
export function* openOutbox(options: OpenOutboxOptions): Operation<Outbox> {
  const outbox = yield* outboxResource(options);
  yield* UnitsOfWorkContext.set(new OutboxUnits(outbox));
  return yield* OutboxContext.set(outbox);
}

function outboxResource({ capacity, ...options }: OpenOutboxOptions): Operation<Outbox> {
  return resource(function* (provide) {
    const log = yield* useLogger({ task: "outbox" });
    const health = yield* useHealth();
    const store = yield* useStore({ ...options, directory: usableDirectory(options.directory, log) });
    const { maxBytes } = options;
    const outbox = new Outbox(store, { capacity, maxBytes, log, health });
    tellWhatIsThere(outbox, log);
    yield* spawn(() => outbox.run());
    const stopKeeping = keep(outbox);
    try {
      yield* provide(outbox);
    } finally {
      stopKeeping();
      outbox.close();
      tellWhatIsLeft(outbox, log);
    }
  });
}

function tellWhatIsThere({ left: { kept } }: Outbox, log: Logger): void {
  if (kept > 0) log.info({ events: kept }, "Events that earlier runs kept are delivered now.");
}

function tellWhatIsLeft({ left: { kept, lost }, isDurable }: Outbox, log: Logger): void {
  if (kept > 0) log.info({ events: kept }, "Events that are not delivered are kept for the next run.");
  if (lost === 0) return;
  if (isDurable) log.error({ events: lost }, "Events are lost: the state directory did not take them.");
  else log.warn({ events: lost }, LOST_IN_MEMORY);
}

const LOST_IN_MEMORY = "Events are lost: they are not delivered, and there is no state directory to keep them.";

/** @returns what ends it */
function keep(outbox: Outbox): () => void {
  let timer: NodeJS.Timeout | undefined;
  const schedule = (ms: number) => {
    timer = setTimeout(() => {
      schedule(outbox.keep());
    }, ms);
    timer.unref(); // it keeps neither the process nor, in a test, the time going
  };
  schedule(FIRST_KEEP_MS);
  return () => clearTimeout(timer);
}
