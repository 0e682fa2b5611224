import { z } from "zod";
import type { Field } from "../configuration.ts";
import { type AnySchema, innerOf } from "./unwrap.ts";

/** What a field's schema says about it. */
export interface FieldDescription {
  /** A sentence or more; empty when the schema has none. */
  readonly description: string;
  /** As written in the schema; undefined when there is none, or when it means "not set". */
  readonly fallback: unknown;
  /** The first of the examples. */
  readonly example: unknown;
  readonly isRequired: boolean;
}

export function describeField({ schema, isSecret }: Field): FieldDescription {
  const { description = "", examples } = metaOf(schema);
  return {
    description,
    fallback: isSecret ? undefined : (defaultOf(schema) ?? undefined),
    example: Array.isArray(examples) ? examples[0] : undefined,
    isRequired: !schema.safeParse(undefined).success,
  };
}

/** The metadata of a schema, or of what it wraps: `.meta()` may stand before or after `.default()`. */
function metaOf(schema: AnySchema): z.core.GlobalMeta {
  const inner = innerOf(schema);
  return { ...(inner && metaOf(inner)), ...z.globalRegistry.get(schema) };
}

function defaultOf(schema: AnySchema): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.def.defaultValue;
  const inner = innerOf(schema);
  return inner && defaultOf(inner);
}
