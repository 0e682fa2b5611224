import { z } from "zod";
import type { Configuration, Field } from "../configuration.ts";
import { describeField } from "../schema/field-description.ts";

/**
 * JSON Schema (2020-12) of agent.toml, for editors. No key is required: it may be set in the environment. Sections that
 * are not known are allowed, as the agent only warns of them.
 */
export function agentTomlSchema(configurations: readonly Configuration[]): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "agent.toml",
    type: "object",
    properties: Object.fromEntries(configurations.map(({ section, fields }) => [section, tableSchema(fields)])),
  };
}

function tableSchema(fields: readonly Field[]): object {
  const properties = fields.flatMap((field) => [[field.key, valueSchema(field)], ...secretFile(field)]);
  return { type: "object", properties: Object.fromEntries(properties), additionalProperties: false };
}

/** zod leaves default and examples out where a value is transformed; here they are always as one writes them. */
function valueSchema(field: Field): object {
  const { $schema: _, ...schema } = z.toJSONSchema(field.schema, { io: "input", unrepresentable: "any" });
  const { fallback, example } = describeField(field);
  return {
    ...schema,
    ...(fallback !== undefined && { default: fallback }),
    ...(example !== undefined && { examples: [example] }),
  };
}

function secretFile({ key, isSecret }: Field): readonly (readonly [string, object])[] {
  return isSecret ? [[`${key}_file`, { type: "string", description: `Path of a file that holds ${key}.` }]] : [];
}
