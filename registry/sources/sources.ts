import { lstatSync } from "node:fs";
import { join, relative } from "node:path";
import { readTomlFile, type TomlDocument, TomlError } from "../../toolkit/index.ts";
import type { ConfigurationProblem } from "../configuration-error.ts";
import { Environment } from "./environment.ts";
import { SecretFiles } from "./secret-file.ts";

export const FILE_NAME = "agent.toml";

export interface SourceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly workingDirectory: string;
  /** Where to look for agent.toml, in this order; by default the working directory, then /etc/observability. */
  readonly directories?: readonly string[];
}

/** Where the values of all sections come from: the environment, and at most one file. */
export interface Sources {
  readonly environment: Environment;
  readonly file: TomlDocument | undefined;
  readonly secretFiles: SecretFiles;
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
}

/** Reads the first agent.toml that exists. One that cannot be read is a problem; it is never skipped. */
export function readSources({ env, workingDirectory, directories }: SourceOptions): Sources {
  const inUse = { environment: new Environment(env), secretFiles: new SecretFiles(workingDirectory) };
  const places = (directories ?? [workingDirectory, "/etc/observability"]).map((place) => join(place, FILE_NAME));
  const found = [...new Set(places)].filter(exists).map((path) => ({ path, name: shownPath(workingDirectory, path) }));
  const [first, ...ignored] = found;
  if (first === undefined) return { ...inUse, file: undefined, problems: [], warnings: [] };
  const warnings = ignored.map(
    ({ name }) => `${name} is ignored, because only the first file found is read: ${first.name}.`,
  );
  try {
    return { ...inUse, file: readTomlFile(first.path, first.name), problems: [], warnings };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { ...inUse, file: undefined, problems: [fileProblem(error)], warnings };
  }
}

/** Also true for a link that leads nowhere: it shall be reported rather than skipped. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true; // it cannot even be looked at: reading it will say why
  }
}

/** The path from the working directory, for what is in there. */
function shownPath(workingDirectory: string, path: string): string {
  const fromHere = relative(workingDirectory, path);
  return fromHere.startsWith("..") ? path : fromHere;
}

function fileProblem({ code, where, reason }: TomlError): ConfigurationProblem {
  const fix = code === "E_TOML_SYNTAX" ? "Correct the file there." : "Make it readable, or remove it.";
  return { where, section: "", key: "", message: `The file ${reason}.`, fix };
}
