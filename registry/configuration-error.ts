import { AgentError } from "../toolkit/index.ts";

/** One thing that is wrong with the configuration, for the person who has to put it right. Never holds a secret. */
export interface ConfigurationProblem {
  /** `agent.toml:12:10`, the name of an environment variable, or `missing`. */
  readonly where: string;
  /** Empty when the whole file is to blame. */
  readonly section: string;
  /** The key, `params.page` or `jobs[2]` for something inside its value; empty when it is not about one key. */
  readonly key: string;
  /** A sentence: what was found and what is wrong with it. */
  readonly message: string;
  /** A sentence or two: how to put it right. */
  readonly fix: string;
}

/** The `where` of a setting that nothing sets. */
export const MISSING = "missing";

/** `agent.toml:12:10 [acme] period is -5; it must be more than 0 seconds. Correct it, or delete the line to use 5.` */
export function renderProblem({ where, section, message, fix }: ConfigurationProblem): string {
  return [where, section === "" ? "" : `[${section}]`, message, fix].filter((part) => part !== "").join(" ");
}

/** Everything that is wrong with the configuration, at once (`E_CONFIGURATION`). The message is the whole report. */
export class ConfigurationError extends AgentError {
  override readonly name: string = "ConfigurationError";
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    super("E_CONFIGURATION", [`The configuration has ${count}:`, ...problems.map(renderProblem)].join("\n  "));
    this.problems = problems;
  }
}
