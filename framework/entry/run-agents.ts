import { type Operation, until } from "effection";
import { ConfigurationError, RegistryContext } from "../../registry/index.ts";
import {
  AgentError,
  createLogger,
  type Logger,
  LoggerContext,
  Redactor,
  RedactorContext,
  setLogLevel,
} from "../../toolkit/index.ts";
import { type CoreSettings, CredentialsContext, coreConfiguration } from "../configuration/index.ts";
import { forgetHealthAtEnd, Shutdown, ShutdownContext } from "../core/index.ts";
import { openOutbox, outboxOptions } from "../delivery/index.ts";
import { StateStore, StateStoreContext } from "../observability/index.ts";
import { agentVersion } from "../version.ts";
import type { AgentTable } from "./agent-table.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { type Prepared, prepare, type RunOptions } from "./prepare.ts";
import { Reload } from "./reload.ts";
import { serve, watchRun } from "./serve.ts";
import { onReloadSignal } from "./signals.ts";
import { useSmallHeap } from "./small-heap.ts";
import { supervise } from "./supervise.ts";

/**
 * Runs the agent that `agent_type` selects, from configuration to exit code: the main of every agent process.
 * A bad configuration is reported on stderr before anything is contacted.
 */
export async function runAgents(table: AgentTable, options: Partial<RunOptions> = {}): Promise<ExitCode> {
  const read = () => prepare(table, { env: process.env, workingDirectory: process.cwd(), ...options });
  const prepared = orReport(read);
  if (prepared === undefined) return exitCodes.configuration;
  const core = prepared.registry.lookup(coreConfiguration);
  const redactor = new Redactor();
  const log = createLogger({ level: core.log_level, redactor });
  const shutdown = new Shutdown();
  const shutdownTimeoutMs = core.shutdown_timeout * 1000;
  const adopt = ({ registry, secrets }: Prepared) => {
    for (const secret of secrets) redactor.add(secret);
    setLogLevel(log, registry.lookup(coreConfiguration).log_level);
  };
  const reload = new Reload(prepared, { read, adopt, log, shutdown, timeoutMs: shutdownTimeoutMs });
  const stopReporting = reportUncaught(log);
  const stopReloading = onReloadSignal(() => reload.request());
  try {
    return await supervise(
      function* () {
        logStart(prepared, log);
        yield* useSmallHeap(prepared.entry.readsLargeReplies === true);
        yield* RegistryContext.set(prepared.registry);
        yield* LoggerContext.set(log);
        yield* RedactorContext.set(redactor);
        yield* ShutdownContext.set(shutdown);
        yield* StateStoreContext.set(new StateStore());
        yield* watchRun();
        if (!(yield* outboxOpens(core, log))) return;
        yield* serve(() => reload.current);
        yield* reload.run(runSelected);
      },
      { log, shutdown, shutdownTimeoutMs },
    );
  } finally {
    stopReloading();
    stopReporting();
  }
}

function orReport(read: () => Prepared): Prepared | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/** @returns false when the process was told to end before the disk took anything: there is nothing then to end in good order */
function* outboxOpens(core: CoreSettings, log: Logger): Operation<boolean> {
  try {
    yield* openOutbox(outboxOptions(core));
    return true;
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== "E_STORE_NOT_OPENED") throw error;
    log.warn({ code: error.code }, error.message);
    return false;
  }
}

/** One life of the agent. */
function* runSelected({ entry, registry, credentials }: Prepared, shutdown: Shutdown): Operation<void> {
  yield* RegistryContext.set(registry);
  if (credentials !== undefined) yield* CredentialsContext.set(credentials);
  yield* ShutdownContext.set(shutdown);
  yield* forgetHealthAtEnd();
  const main = yield* until(entry.load());
  yield* main();
}

function logStart({ name, file, settings, warnings }: Prepared, log: Logger): void {
  log.info({ agentType: name, version: agentVersion(), file, node: process.version }, "Starting the agent.");
  log.debug({ settings }, "The settings in force.");
  for (const warning of warnings) log.warn(warning);
}

/** What nobody caught ends the process all the same, but through the log, where no secret passes. */
function reportUncaught(log: Logger): () => void {
  const report = (error: unknown) => {
    log.fatal({ err: error }, "The agent failed where nothing could catch it; this is a defect.");
    process.exit(exitCodes.failed);
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  return () => {
    process.off("uncaughtException", report);
    process.off("unhandledRejection", report);
  };
}
