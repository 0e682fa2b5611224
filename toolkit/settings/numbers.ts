import { z } from "zod";

/** A TCP port: a whole number, 1 to 65535. */
export function networkPort() {
  return z.int().min(1).max(65_535);
}

/** A length of time in seconds, fractions allowed, finite, 0 or more. */
export function nonNegativeSeconds() {
  return z.number().min(0, "must be 0 seconds or more");
}

/** A length of time in seconds, fractions allowed, finite, more than 0. */
export function positiveSeconds() {
  return z.number().positive("must be more than 0 seconds");
}
