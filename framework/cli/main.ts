import { type AgentTable, type RunOptions, runAgents } from "../entry/index.ts";
import { flush, processTerminal } from "./process-terminal.ts";
import type { Terminal } from "./terminal.ts";

export interface MainOptions extends Partial<RunOptions> {
  /** What follows the program's name on the command line. */
  readonly args?: readonly string[];
  readonly terminal?: Terminal;
}

/**
 * The main of every agent's program: without arguments it runs the agent, with arguments it is an operator's command.
 * @returns the exit code, once everything is written: the process may end at once
 */
export async function main(table: AgentTable, options: MainOptions = {}): Promise<number> {
  const { args = process.argv.slice(2), terminal, ...runOptions } = options;
  const code = await (args.length === 0 ? runAgents(table, runOptions) : command(table, { ...options, args }));
  await flush(process);
  return code;
}

async function command(table: AgentTable, options: MainOptions & Required<Pick<MainOptions, "args">>): Promise<number> {
  const { args, terminal = processTerminal(process), ...runOptions } = options;
  const { runCommand } = await import("./commands.ts"); // An agent has no use for it.
  const run = { env: process.env, workingDirectory: process.cwd(), ...runOptions };
  return runCommand(args, { table, run, terminal });
}
