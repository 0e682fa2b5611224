import { tomlText } from "../../toolkit/index.ts";
import type { Configuration, Field } from "../configuration.ts";
import { describeField } from "../schema/field-description.ts";
import { typeText } from "./type-text.ts";

const HEADINGS = ["Section", "Key", "Environment variable", "Type", "Default", "Description"];

/** A Markdown table of all settings, in the order given. */
export function settingsTable(configurations: readonly Configuration[]): string {
  const rows = configurations.flatMap(({ section, fields }) => fields.map((field) => rowOf(section, field)));
  return [HEADINGS, HEADINGS.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function rowOf(section: string, field: Field): readonly string[] {
  const { description, fallback, isRequired } = describeField(field);
  const code = (text: string) => `\`${text}\``;
  const preset = fallback === undefined ? (isRequired ? "required" : "not set") : code(tomlText(fallback));
  return [code(section), code(field.key), code(field.envName), typeText(field), preset, description].map(inCell);
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
