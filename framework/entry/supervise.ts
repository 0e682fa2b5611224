import { type Operation, run, type Scope, useScope } from "effection";
import type { Logger } from "../../toolkit/logging/index.ts";
import { runningTasks, type Shutdown } from "../core/index.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { isAboutConfiguration, logFailure } from "./failure.ts";
import { onStopSignal } from "./signals.ts";

/** The part of the shutdown timeout that is for delivering what is left; the rest is for cleaning up. */
const DRAIN_SHARE = 0.85;

/** Any timer keeps the process: an agent that waits for something in memory only would end with code 13 otherwise. */
const KEEP_ALIVE_MS = 2 ** 30;

export interface Supervision {
  readonly log: Logger;
  readonly shutdown: Shutdown;
  readonly shutdownTimeoutMs: number;
}

/**
 * Runs the agent to its end. A stop signal requests shutdown: sources end, the rest drains. What has not ended by then is
 * halted, and what cannot even be halted is left behind: the process ends within `shutdownTimeoutMs` whatever happens.
 */
export async function supervise(
  agent: () => Operation<void>,
  { log, shutdown, shutdownTimeoutMs }: Supervision,
): Promise<ExitCode> {
  const timers = [setInterval(() => {}, KEEP_ALIVE_MS)];
  let halted: Promise<void> | undefined;
  let scope: Scope | undefined;
  const running = () => (scope === undefined ? [] : runningTasks(scope));
  const halt = () => {
    log.warn({ running: running() }, "Not everything could be delivered in time; the agent is halted.");
    halted = task.halt().catch((error: unknown) => log.error({ err: error }, "The agent's cleanup failed."));
  };
  const abandon = () => {
    log.error({ running: running() }, "The agent's cleanup did not end in time; the process ends without it.");
    process.exit(exitCodes.clean);
  };
  const forgetSignals = onStopSignal((signal) => {
    log.info({ signal, timeoutSeconds: shutdownTimeoutMs / 1000 }, "Stopping: delivering what is left.");
    shutdown.request();
    timers.push(setTimeout(halt, shutdownTimeoutMs * DRAIN_SHARE), setTimeout(abandon, shutdownTimeoutMs));
  });
  // Not before: it runs until it has to wait, and a signal would end the process meanwhile.
  const task = run(function* () {
    scope = yield* useScope();
    yield* agent();
  });
  try {
    await task;
    log.info("The agent has ended.");
    return exitCodes.clean;
  } catch (error) {
    if (halted === undefined) return reportFailure(error, log);
    await halted;
    return exitCodes.clean;
  } finally {
    forgetSignals();
    for (const timer of timers) clearTimeout(timer);
  }
}

function reportFailure(failure: unknown, log: Logger): ExitCode {
  logFailure(failure, log);
  return isAboutConfiguration(failure) ? exitCodes.configuration : exitCodes.failed;
}
