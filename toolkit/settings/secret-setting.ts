import { z } from "zod";
import { Secret } from "./secret.ts";

/**
 * A setting whose text is kept in a `Secret`: `secret(z.string().min(1))`. It also takes a `Secret`, so that a validated
 * object can be validated again. `writeOnly` is JSON Schema's word for a value that may be given but is never shown; it
 * is inherited by what `.meta()`, `.optional()` and the like make of the schema, and is how `isSecret` knows it.
 */
export function secret(schema: z.ZodString) {
  const text = schema.transform((plain) => new Secret(plain));
  return z.preprocess((given) => (given instanceof Secret ? given.reveal() : given), text).meta({ writeOnly: true });
}
