import { parseArgs } from "node:util";
import { AgentError, toError } from "../../toolkit/index.ts";
import type { AgentTargetOptions } from "./agent-target.ts";
import { type StoryOptions, toStorySettings } from "./story-options.ts";

export const usage = `Plays made-up data pipelines to every WebSocket client, one JSON message for each change of status.

  node testlib/agent-target/main.ts [options]

  --port N        port to listen on (default 9090; 0 for a free one)
  --host NAME     address to listen on (default 127.0.0.1; 0.0.0.0 for all)
  --speed N       time factor, 0.01 to 1000 (default 1: a run takes a minute or more)
  --seed N        same seed, same story (default 1)
  --pipelines N   how many pipelines take part (default 6)
  --malformed N   malformed messages for each good one, 0 to 1 (default 0)
  --help          this text`;

/** What the command line asks for. */
export interface TargetArguments {
  readonly help: boolean;
  readonly options: Required<Pick<AgentTargetOptions, "port" | "host">> & { readonly story: Required<StoryOptions> };
}

/** @throws {AgentError} `E_ARGUMENT`, `E_STORY_OPTION` */
export function parseTargetArguments(args: readonly string[]): TargetArguments {
  const values = parseOptions(args);
  const port = toNumber("port", values.port, 9090);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AgentError("E_ARGUMENT", `--port is ${values.port}; it must be a whole number from 0 to 65535.`);
  }
  return {
    help: values.help,
    options: {
      port,
      host: values.host,
      story: toStorySettings({
        speed: toNumber("speed", values.speed, 1),
        seed: toNumber("seed", values.seed, 1),
        ...(values.pipelines !== undefined && { pipelines: toNumber("pipelines", values.pipelines, 0) }),
        malformedRate: toNumber("malformed", values.malformed, 0),
      }),
    },
  };
}

function parseOptions(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    port: text,
    host: { ...text, default: "127.0.0.1" },
    speed: text,
    seed: text,
    pipelines: text,
    malformed: text,
    help: { type: "boolean", default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (thrown) {
    throw new AgentError("E_ARGUMENT", `${toError(thrown).message}. See --help.`, { cause: thrown });
  }
}

function toNumber(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number)) return number;
  throw new AgentError("E_ARGUMENT", `--${name} is "${text}"; it must be a number.`);
}
