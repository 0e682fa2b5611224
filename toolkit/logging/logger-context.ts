import { createContext, type Operation } from "effection";
import { pino } from "pino";
import type { Logger } from "./logger.ts";
import { Redactor } from "./redactor.ts";

/** The run's logger, set once by the entry point (or by a test). */
export const LoggerContext = createContext<Logger>("logger");

/** The run's redactor: whoever obtains a secret at run time, such as an access token, adds it here. */
export const RedactorContext = createContext<Redactor>("redactor");

const silentLogger: Logger = pino({ level: "silent" }, { write() {} });

/** The run's logger, with `bindings` on each of its lines; a silent one where no logger is set. */
export function* useLogger(bindings?: pino.Bindings): Operation<Logger> {
  const logger = (yield* LoggerContext.get()) ?? silentLogger;
  return bindings === undefined ? logger : logger.child(bindings);
}

/** The run's redactor; one that no logger asks where none is set. */
export function* useRedactor(): Operation<Redactor> {
  return (yield* RedactorContext.get()) ?? new Redactor();
}
