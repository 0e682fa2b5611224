import { z } from "zod";

/** A zod schema of any kind. */
export type AnySchema = z.core.$ZodType;

/** The schema that the value as given has to match, without defaults, optionality and transformations around it. */
export function unwrap(schema: AnySchema): AnySchema {
  const inner = innerOf(schema);
  return inner === undefined ? schema : unwrap(inner);
}

/** The schema inside one wrapper; undefined when there is no wrapper. */
export function innerOf(schema: AnySchema): AnySchema | undefined {
  if (schema instanceof z.ZodPipe) return schema.in instanceof z.ZodTransform ? schema.out : schema.in;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return schema.unwrap();
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.unwrap();
  if (schema instanceof z.ZodNonOptional || schema instanceof z.ZodCatch) return schema.unwrap();
  return schema instanceof z.ZodReadonly || schema instanceof z.ZodLazy ? schema.unwrap() : undefined;
}

/** The schemas of a value's parts; for a union, its options. */
export function partsOf(schema: AnySchema): readonly AnySchema[] {
  if (schema instanceof z.ZodObject) return Object.values(schema.shape);
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodTuple)
    return [...schema.def.items, ...(schema.def.rest === null ? [] : [schema.def.rest])];
  if (schema instanceof z.ZodUnion) return schema.options;
  return [];
}
