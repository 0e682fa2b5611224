export { excerpt } from "./excerpt.ts";
export { createLogger, type Logger, type LoggerOptions, setLogLevel } from "./logger.ts";
export { LoggerContext, RedactorContext, useLogger, useRedactor } from "./logger-context.ts";
export { Redactor } from "./redactor.ts";
