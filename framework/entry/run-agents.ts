import { type Operation, until } from "effection";
import { ConfigurationError, RegistryContext } from "../../registry/index.ts";
import { createLogger, type Logger, LoggerContext, Redactor, RedactorContext } from "../../toolkit/index.ts";
import { coreConfiguration } from "../configuration/index.ts";
import { Shutdown, ShutdownContext } from "../core/index.ts";
import { StateStore, StateStoreContext } from "../observability/index.ts";
import { agentVersion } from "../version.ts";
import type { AgentTable } from "./agent-table.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { type Prepared, prepare, type RunOptions } from "./prepare.ts";
import { supervise } from "./supervise.ts";

/**
 * Runs the agent that `agent_type` selects, from configuration to exit code: the main of every agent process.
 * A bad configuration is reported on stderr before anything is contacted.
 */
export async function runAgents(table: AgentTable, options: Partial<RunOptions> = {}): Promise<ExitCode> {
  const prepared = prepareOrReport(table, { env: process.env, workingDirectory: process.cwd(), ...options });
  if (prepared === undefined) return exitCodes.configuration;
  const redactor = new Redactor();
  for (const secret of prepared.secrets) redactor.add(secret);
  const core = prepared.registry.lookup(coreConfiguration);
  const log = createLogger({ level: core.log_level, redactor });
  const shutdown = new Shutdown();
  const stopReporting = reportUncaught(log);
  logStart(prepared, log);
  try {
    return await supervise(
      function* () {
        yield* RegistryContext.set(prepared.registry);
        yield* LoggerContext.set(log);
        yield* RedactorContext.set(redactor);
        yield* ShutdownContext.set(shutdown);
        yield* StateStoreContext.set(new StateStore());
        yield* runSelected(prepared);
      },
      { log, shutdown, shutdownTimeoutMs: core.shutdown_timeout * 1000 },
    );
  } finally {
    stopReporting();
  }
}

function prepareOrReport(table: AgentTable, options: RunOptions): Prepared | undefined {
  try {
    return prepare(table, options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

function* runSelected({ entry }: Prepared): Operation<void> {
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
