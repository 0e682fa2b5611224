import { createRequire } from "node:module";
import { pino } from "pino";
import type { LogLevel } from "../settings/index.ts";
import { toLoggedError } from "./logged-error.ts";
import { redactLine } from "./redacted-line.ts";
import type { Redactor } from "./redactor.ts";

export type Logger = pino.Logger;

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; standard output unless given. */
  readonly destination?: pino.DestinationStream;
  /** Lines for people instead of JSON; by default when standard output is a terminal and no destination is given. */
  readonly pretty?: boolean;
  readonly redactor?: Redactor;
}

/**
 * A logger that writes each line before the call returns, so that no line is lost when the process ends. The redactor
 * sees the finished line: fields, messages, error texts and stacks alike.
 */
export function createLogger({ level, destination, pretty, redactor }: LoggerOptions): Logger {
  const options: pino.LoggerOptions = {
    level: toPino(level),
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: toLoggedError },
    ...(redactor !== undefined && { hooks: { streamWrite: (line: string) => redactLine(redactor, line) } }),
  };
  const output = destination ?? pino.destination({ dest: 1, sync: true });
  const forPeople = pretty ?? (destination === undefined && process.stdout.isTTY === true);
  return pino(options, forPeople ? prettyStream(output) : output);
}

/** Changes how much is logged from now on, by this logger and by children made from it later. */
export function setLogLevel(log: Logger, level: LogLevel): void {
  log.level = toPino(level);
}

function toPino(level: LogLevel): pino.Level {
  return level === "warning" ? "warn" : level;
}

/** Loaded only when wanted: in a container it would cost start-up time and memory for nothing. */
function prettyStream(output: pino.DestinationStream): pino.DestinationStream {
  const { prettyFactory }: typeof import("pino-pretty") = createRequire(import.meta.url)("pino-pretty");
  const format = prettyFactory({ colorize: process.stdout.isTTY === true, translateTime: "SYS:HH:MM:ss.l" });
  return { write: (line) => output.write(format(line)) };
}
