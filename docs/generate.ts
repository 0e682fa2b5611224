/**
 * Writes what the configurations say about themselves: the settings tables in README.md and in the agents' (between
 * their markers), agent.toml.example, and docs/agent.schema.json.
 *
 *   node docs/generate.ts           writes the files
 *   node docs/generate.ts --check   changes nothing; exits 1 when one is out of date
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { agents } from "../agents/index.ts";
import { knownConfigurations } from "../framework/entry/index.ts";
import { agentTomlSchema, eachSectionOnce, exampleFile, settingsTable } from "../registry/index.ts";

const MARKED_PART = /(<!-- settings:begin[^>]*-->\n).*?(\n<!-- settings:end -->)/s;

interface GeneratedFile {
  readonly path: string;
  /** The whole text, or undefined when the file has no place for it. */
  readonly text: string | undefined;
}

const root = new URL("../", import.meta.url);
const configurations = eachSectionOnce(knownConfigurations(agents));
/** Agents whose README has a place for their settings. */
const agentPages = Object.entries(agents)
  .map(([name, entry]) => ({ path: `agents/${name}/README.md`, configurations: entry.configurations }))
  .filter(({ path }) => MARKED_PART.test(read(path)));
const files: readonly GeneratedFile[] = [
  { path: "README.md", text: withTable("README.md", settingsTable(configurations)) },
  ...agentPages.map((page) => ({ path: page.path, text: withTable(page.path, settingsTable(page.configurations)) })),
  { path: "agent.toml.example", text: exampleFile(configurations) },
  { path: "docs/agent.schema.json", text: `${JSON.stringify(agentTomlSchema(configurations), null, 2)}\n` },
];
const isCheck = process.argv.includes("--check");
const complaints = files.flatMap((file) => (isCheck ? check(file) : write(file)));
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;

function write({ path, text }: GeneratedFile): readonly string[] {
  if (text === undefined) return [noPlace(path)];
  if (read(path) !== text) writeFileSync(new URL(path, root), text);
  return [];
}

function check({ path, text }: GeneratedFile): readonly string[] {
  if (text === undefined) return [noPlace(path)];
  return read(path) === text ? [] : [`${path} is out of date. Run: node docs/generate.ts`];
}

function noPlace(path: string): string {
  return `${path} has no lines "<!-- settings:begin -->" and "<!-- settings:end -->" for the settings table.`;
}

function withTable(path: string, table: string): string | undefined {
  const text = read(path);
  if (!MARKED_PART.test(text)) return undefined;
  return text.replace(MARKED_PART, (_all, begin: string, end: string) => `${begin}\n${table}\n${end}`);
}

function read(path: string): string {
  const file = new URL(path, root);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
