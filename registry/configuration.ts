import { z } from "zod";
import { AgentError } from "../toolkit/index.ts";
import { containsSecret } from "./schema/secrets.ts";
import { unsettableType } from "./schema/unsettable.ts";

/** One setting: a key of a section. */
export interface Field {
  readonly key: string;
  /** Name of the environment variable that sets it, in upper case (any case is accepted). */
  readonly envName: string;
  readonly schema: z.ZodType;
  /** Its value, or a part of it, must not be seen, and may be given as the path of a file that holds it. */
  readonly isSecret: boolean;
}

/** One section of agent.toml. Create it with `defineConfiguration`; `Output` is what a lookup gives. */
export interface Configuration<Output = unknown> {
  readonly section: string;
  readonly envPrefix: string;
  readonly schema: z.ZodType<Output>;
  readonly fields: readonly Field[];
  /** All or nothing: incomplete means "not available" rather than wrong, and empty text counts as not given. */
  readonly optional: boolean;
}

export interface ConfigurationDefinition<Shape extends z.ZodRawShape> {
  /** Name of the table in agent.toml. */
  readonly section: string;
  /** The environment variable of a key is this and the key, in upper case: `DK_ACME_` and `period`, `DK_ACME_PERIOD`. */
  readonly envPrefix: string;
  /** A strict object. Give each key `.meta({ description, examples })`: documentation and error texts come from there. */
  readonly schema: z.ZodObject<Shape, z.core.$strict>;
  readonly optional?: boolean;
}

/**
 * Defines one section of agent.toml: `defineConfiguration({ section: "acme", envPrefix: "DK_ACME_", schema })`.
 * @throws {AgentError} `E_CONFIGURATION_DEFINITION` for a name that TOML or the environment would not take as it is, and
 * for a type that neither can give
 */
export function defineConfiguration<Shape extends z.ZodRawShape>(
  definition: ConfigurationDefinition<Shape>,
): Configuration<z.output<z.ZodObject<Shape, z.core.$strict>>> {
  const { section, envPrefix, schema, optional = false } = definition;
  const fields = Object.entries(schema.shape).map(([key, field]) => toField(envPrefix, key, field));
  for (const name of [section, ...fields.map(({ key }) => key)]) {
    if (/^[a-z][a-z0-9_]*$/.test(name)) continue;
    throw new AgentError("E_CONFIGURATION_DEFINITION", `"${name}" must be lower-case letters, digits and "_".`);
  }
  return { section, envPrefix, schema, fields, optional };
}

function toField(envPrefix: string, key: string, schema: z.core.$ZodType): Field {
  if (!(schema instanceof z.ZodType)) throw new AgentError("E_CONFIGURATION_DEFINITION", `"${key}" is not a zod type.`);
  const type = unsettableType(schema);
  if (type !== undefined) throw new AgentError("E_CONFIGURATION_DEFINITION", unsettable(key, type));
  return { key, envName: `${envPrefix}${key}`.toUpperCase(), schema, isSecret: containsSecret(schema) };
}

function unsettable(key: string, type: string): string {
  const fix = "Take text or a number and transform it, such as z.iso.datetime().transform((text) => new Date(text)).";
  return `"${key}" takes a value of type ${type}, which neither agent.toml nor the environment can give. ${fix}`;
}
