import { Command, CommanderError } from "commander";
import { ConfigurationError } from "../../registry/index.ts";
import { AgentError } from "../../toolkit/errors.ts";
import { type AgentTable, exitCodes, prepare, type RunOptions } from "../entry/index.ts";
import { agentVersion } from "../version.ts";
import { type StoreOptions, takesStore } from "./arguments.ts";
import { addDeadLetterCommands } from "./dlq-commands.ts";
import { showOutbox } from "./outbox.ts";
import { withStore } from "./state-directory.ts";
import { type Terminal, table } from "./terminal.ts";

export interface CommandContext {
  readonly table: AgentTable;
  readonly run: RunOptions;
  readonly terminal: Terminal;
}

/** Arguments that make no sense, as most programs have it. */
const USAGE = 2;

/** Runs an operator's command. @returns the exit code */
export function runCommand(args: readonly string[], context: CommandContext): number {
  try {
    program(context).parse(args, { from: "user" });
    return exitCodes.clean;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : USAGE;
    if (!(error instanceof AgentError)) throw error;
    context.terminal.error(`${error.message}\n`);
    return error instanceof ConfigurationError ? exitCodes.configuration : exitCodes.failed;
  }
}

function program(context: CommandContext): Command {
  const { run, terminal } = context;
  const program = new Command("observability-agent")
    .description("Without a command, runs the agent that agent_type selects.")
    .version(agentVersion())
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.error(text) })
    .showHelpAfterError("--help shows what there is.");
  program
    .command("check")
    .description("reads the configuration as the agent would, and shows the settings in force")
    .action(() => checkConfiguration(context));
  takesStore(program.command("outbox"))
    .description("what waits to be delivered, and what has become of the rest")
    .option("--json", "as JSON")
    .action((options: StoreOptions) => withStore(options, run, (store) => showOutbox(store, options, terminal)));
  addDeadLetterCommands(program.command("dlq"), run, terminal);
  return program;
}

function checkConfiguration({ table: agents, run, terminal }: CommandContext): void {
  const { name, settings, warnings } = prepare(agents, run);
  for (const warning of warnings) terminal.error(`${warning}\n`);
  const rows = settings.map(({ section, key, value, where }) => [`${section}.${key}`, value, where]);
  terminal.out(table(["SETTING", "VALUE", "FROM"], rows));
  terminal.out(`\nThe configuration is good; ${name} can start with it.\n`);
}
