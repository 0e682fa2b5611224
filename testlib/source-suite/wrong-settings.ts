import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Operation } from "effection";
import { type AgentEntry, knownConfigurations } from "../../framework/entry/index.ts";
import {
  ConfigurationError,
  type ConfigurationProblem,
  type Field,
  openRegistry,
  readSources,
} from "../../registry/index.ts";
import { useTemporaryDirectory } from "./temporary-directory.ts";

/** One key of one of the agent's own sections. */
export interface Setting {
  readonly section: string;
  readonly field: Field;
}

/** TOML values, at least one of which any setting should refuse. */
const NONSENSE = ['{ nonsense = "yes" }', '[["nonsense"]]', '"\\u0000nonsense"', "-1.5", "true"];

/** Sections that are all or nothing are left out: incomplete, they count as not given. */
export function settingsOf({ configurations }: AgentEntry): readonly Setting[] {
  return configurations
    .filter(({ optional }) => !optional)
    .flatMap(({ section, fields }) => fields.map((field) => ({ section, field })));
}

export function isRequired({ field }: Setting): boolean {
  return !field.schema.safeParse(undefined).success;
}

/** Reads an agent's configuration again and again, each time with something wrong in it. Contacts nobody. */
export class WrongSettings {
  readonly #entry: AgentEntry;
  readonly #env: Readonly<Record<string, string>>;
  readonly #directory: string;

  constructor(entry: AgentEntry, env: Readonly<Record<string, string>>, directory: string) {
    this.#entry = entry;
    this.#env = env;
    this.#directory = directory;
  }

  /** What is reported when nothing sets it. */
  problemsWithout({ field }: Setting): readonly ConfigurationProblem[] {
    const names = [field.envName, `${field.envName}_FILE`];
    const others = Object.entries(this.#env).filter(([name]) => !names.includes(name.toUpperCase()));
    return this.#problems(Object.fromEntries(others), "");
  }

  /** What is reported when agent.toml sets it to something senseless, and the value; `undefined` when it takes anything. */
  nonsenseFor(
    setting: Setting,
  ): { readonly toml: string; readonly problems: readonly ConfigurationProblem[] } | undefined {
    for (const toml of NONSENSE) {
      const problems = this.#problems(this.#env, `[${setting.section}]\n${setting.field.key} = ${toml}\n`);
      if (problems.length > 0) return { toml, problems };
    }
    return undefined;
  }

  #problems(env: Readonly<Record<string, string>>, toml: string): readonly ConfigurationProblem[] {
    const place = this.#directory;
    writeFileSync(join(place, "agent.toml"), toml);
    try {
      openRegistry({
        sources: readSources({ env, workingDirectory: place, directories: [place] }),
        known: knownConfigurations({ agent: this.#entry }),
        register: this.#entry.configurations,
      });
      return [];
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems;
      throw error;
    }
  }
}

/** In a temporary directory, which goes with the scope. */
export function* useWrongSettings(entry: AgentEntry, env: Readonly<Record<string, string>>): Operation<WrongSettings> {
  return new WrongSettings(entry, env, yield* useTemporaryDirectory());
}
