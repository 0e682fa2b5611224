import { parseArgs } from "node:util";
import { AgentError, toError } from "../toolkit/index.ts";
import { type DemoAgent, demoAgents } from "./demo-agents.ts";

export const usage = `Runs an agent against stand-ins for its tool and for Observability, and shows what is delivered.

  node demo/main.ts [options]

  --agent NAME    the agent: ${[...demoAgents.keys()].join(", ")} (default target_example)
  --duration N    stop by itself after N seconds of running (default: Ctrl-C stops it)
  --entry FILE    script to run as the agent (default agents/main.ts)
  --help          this text

Exits with 0 when events and a heartbeat arrived, nothing was refused, and the agent ended with 0; else with 1.`;

/** What the command line asks for. */
export interface DemoArguments {
  readonly help: boolean;
  readonly agent: DemoAgent;
  /** Without it the demo runs until it is stopped. */
  readonly durationMs?: number;
  readonly entry?: string;
}

/** A day: longer spans do not fit a timer, and nobody watches for so long. */
const maxDurationSeconds = 86_400;

/** @throws {AgentError} `E_ARGUMENT` */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  const { help, agent, duration, entry } = parseOptions(args);
  return {
    help,
    agent: toAgent(agent),
    ...(duration !== undefined && { durationMs: toSeconds(duration) * 1_000 }),
    ...(entry !== undefined && { entry }),
  };
}

function parseOptions(args: readonly string[]) {
  const options = {
    agent: { type: "string", default: "target_example" },
    duration: { type: "string" },
    entry: { type: "string" },
    help: { type: "boolean", default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (thrown) {
    throw new AgentError("E_ARGUMENT", `${toError(thrown).message}. See --help.`, { cause: thrown });
  }
}

function toAgent(name: string): DemoAgent {
  const agent = demoAgents.get(name);
  if (agent) return agent;
  const known = [...demoAgents.keys()].join(", ");
  throw new AgentError("E_ARGUMENT", `--agent is "${name}"; the demo has a stand-in for the tools of: ${known}.`);
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0 && seconds <= maxDurationSeconds) return seconds;
  const wanted = `a number of seconds, more than 0 and at most ${maxDurationSeconds}`;
  throw new AgentError("E_ARGUMENT", `--duration is "${text}"; it must be ${wanted}.`);
}
