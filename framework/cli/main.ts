import { type AgentTable, type RunOptions, runAgents } from "../entry/index.ts";
import type { Terminal } from "./terminal.ts";

export interface MainOptions extends Partial<RunOptions> {
  /** What follows the program's name on the command line. */
  readonly args?: readonly string[];
  readonly terminal?: Terminal;
}

/**
 * The main of every agent's program: without arguments it runs the agent, with arguments it is an operator's command.
 * @returns the exit code
 */
export async function main(table: AgentTable, options: MainOptions = {}): Promise<number> {
  const { args = process.argv.slice(2), terminal = processTerminal, ...runOptions } = options;
  if (args.length === 0) return runAgents(table, runOptions);
  const { runCommand } = await import("./commands.ts"); // An agent has no use for it.
  const run = { env: process.env, workingDirectory: process.cwd(), ...runOptions };
  return runCommand(args, { table, run, terminal });
}

const processTerminal: Terminal = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
};
