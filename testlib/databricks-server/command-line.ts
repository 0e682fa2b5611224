import { parseArgs } from "node:util";
import { AgentError, toError } from "../../toolkit/index.ts";
import { standInCredentials } from "./auth/index.ts";
import type { DatabricksServerOptions } from "./databricks-server.ts";
import { DatabricksFaults } from "./faults/index.ts";
import { type DatabricksStoryOptions, toStorySettings } from "./story/index.ts";

export const usage = `Stands in for a Databricks workspace: made-up jobs run, and the Jobs API 2.1 and 2.2 tells of them.

  node testlib/databricks-server/main.ts [options]

  --port N        port to listen on (default 8084; 0 for a free one)
  --host NAME     address to listen on (default 127.0.0.1; 0.0.0.0 for all)
  --token TEXT    the access token to accept (default ${standInCredentials.token})
  --speed N       time factor, 0.01 to 1000 (default 1: a run takes a minute or more)
  --seed N        same seed, same story (default 1)
  --jobs N        how many jobs take part (default 6)
  --latency N     milliseconds before each answer (default 0)
  --skew N        milliseconds that its clock is ahead (default 0)
  --help          this text`;

/** What the command line asks for. */
export interface DatabricksArguments {
  readonly help: boolean;
  readonly options: DatabricksServerOptions & { readonly story: Required<DatabricksStoryOptions> };
}

/** @throws {AgentError} `E_ARGUMENT`, `E_STORY_OPTION` */
export function parseDatabricksArguments(args: readonly string[]): DatabricksArguments {
  const values = parseOptions(args);
  const faults = new DatabricksFaults();
  faults.latencyMs = toNumber("latency", values.latency, 0, [0, 3_600_000]);
  return {
    help: values.help,
    options: {
      port: toNumber("port", values.port, 8084, [0, 65_535]),
      host: values.host,
      token: values.token,
      skewMs: toNumber("skew", values.skew, 0, [-1e12, 1e12]),
      faults,
      story: toStorySettings({
        speed: toNumber("speed", values.speed, 1),
        seed: toNumber("seed", values.seed, 1),
        ...(values.jobs !== undefined && { jobs: toNumber("jobs", values.jobs, 0) }),
      }),
    },
  };
}

function parseOptions(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    port: text,
    host: { ...text, default: "127.0.0.1" },
    token: { ...text, default: standInCredentials.token },
    speed: text,
    seed: text,
    jobs: text,
    latency: text,
    skew: text,
    help: { type: "boolean", default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (thrown) {
    throw new AgentError("E_ARGUMENT", `${toError(thrown).message}. See --help.`, { cause: thrown });
  }
}

/** @param whole the bounds of a whole number; others are checked elsewhere */
function toNumber(name: string, text: string | undefined, usual: number, whole?: readonly [number, number]): number {
  if (text === undefined) return usual;
  const number = text.trim() === "" ? Number.NaN : Number(text);
  const [min, max] = whole ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (number >= min && number <= max && (whole === undefined || Number.isInteger(number))) return number;
  const wanted = whole === undefined ? "a number" : `a whole number from ${min} to ${max}`;
  throw new AgentError("E_ARGUMENT", `--${name} is "${text}"; it must be ${wanted}.`);
}
