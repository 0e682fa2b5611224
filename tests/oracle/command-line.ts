import { parseArgs } from "node:util";
import { AgentError, toError } from "../../toolkit/index.ts";
import { useDatabricksSource } from "./sources/databricks.ts";
import { useFakeSource } from "./sources/fake.ts";
import type { OpenSource } from "./sources/source.ts";

const SOURCES: ReadonlyMap<string, OpenSource> = new Map([
  ["fake", useFakeSource],
  ["databricks", useDatabricksSource],
]);
const MINUTE_MS = 60_000;

export const usage = `Kills an agent again and again while everything else goes wrong as well, and checks that nothing
that the tool has shown is missing, out of order, or there twice.

  npm run oracle -- [options]

  --minutes N     how long things go wrong in each run (default 1)
  --seed S        what goes wrong when (default 1); S+1, S+2 … for further runs
  --runs N        so many runs, one after the other (default 1)
  --source NAME   the tool: ${[...SOURCES.keys()].join(", ")} (default fake)
  --verbose       say how each life of the agent ends
  --help          this text

Exits with 0 when all is well, 1 when it is not (with the story of what happened), 2 when it could not be run.`;

export interface OracleArguments {
  readonly help: boolean;
  readonly verbose: boolean;
  readonly seeds: readonly number[];
  readonly chaosMs: number;
  readonly openSource: OpenSource;
}

/** @throws {AgentError} `E_ARGUMENT` */
export function parseOracleArguments(args: readonly string[]): OracleArguments {
  const { help, verbose, minutes, seed, runs, source } = parseOptions(args);
  const openSource = SOURCES.get(source);
  if (openSource === undefined) {
    throw new AgentError("E_ARGUMENT", `--source is "${source}"; there are ${[...SOURCES.keys()].join(", ")}.`);
  }
  const first = toNumber("seed", seed);
  return {
    help,
    verbose,
    seeds: Array.from({ length: toNumber("runs", runs) }, (_, index) => first + index),
    chaosMs: toNumber("minutes", minutes) * MINUTE_MS,
    openSource,
  };
}

function parseOptions(args: readonly string[]) {
  const options = {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "1" },
    source: { type: "string", default: "fake" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (thrown) {
    throw new AgentError("E_ARGUMENT", `${toError(thrown).message}. See --help.`, { cause: thrown });
  }
}

function toNumber(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number > 0 && Number.isFinite(number)) return number;
  throw new AgentError("E_ARGUMENT", `--${option} is "${text}"; it must be a number more than 0.`);
}
