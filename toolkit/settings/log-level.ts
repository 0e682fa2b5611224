import { z } from "zod";

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** How much is logged, as written in configuration. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A log level in lower case. */
export function logLevel() {
  return z.enum(LOG_LEVELS);
}
