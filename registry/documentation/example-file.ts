import { tomlText } from "../../toolkit/index.ts";
import type { Configuration, Field } from "../configuration.ts";
import { describeField } from "../schema/field-description.ts";
import { typeText } from "./type-text.ts";

const INTRODUCTION = `\
# agent.toml: every setting there is. To make one, take the # away from its line; a line without it sets nothing.
# The agent reads the first of ./agent.toml and /etc/observability/agent.toml that exists.
# What is set here wins over the environment variable named with it, and that one over the default.
# A secret may also come from a file: for "token", set token_file = "/path" here, or the variable's name with _FILE.`;

/** A complete agent.toml with a comment for each setting, and all of them commented out. */
export function exampleFile(configurations: readonly Configuration[]): string {
  return `${[INTRODUCTION, ...configurations.map(sectionText)].join("\n\n")}\n`;
}

function sectionText({ section, fields }: Configuration): string {
  return [`[${section}]`, ...fields.map(fieldText)].join("\n\n");
}

/** The line that sets it shows the default, else an example. */
function fieldText(field: Field): string {
  const { description, fallback, example, isRequired } = describeField(field);
  const state = fallback === undefined ? (isRequired ? "required" : "optional") : "the default is shown";
  const value = fallback ?? example ?? "";
  return [
    ...(description === "" ? [] : [`# ${description}`]),
    `# ${field.envName}: ${typeText(field)}; ${state}.`,
    `#${field.key} = ${tomlText(value)}`,
  ].join("\n");
}
