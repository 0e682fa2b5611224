import { type Operation, run, withResolvers } from "effection";
import { AgentError } from "../toolkit/index.ts";
import { type DemoArguments, parseDemoArguments, usage } from "./arguments.ts";
import { runDemo } from "./demo.ts";
import { choosePaint } from "./lines.ts";
import { complaints, summaryLine } from "./summary.ts";

/** Shows the demo on standard output. Returns the exit code. */
async function showDemo({ agent, durationMs, entry }: DemoArguments): Promise<number> {
  const paint = choosePaint(process.stdout.isTTY, process.env["NO_COLOR"]);
  const options = {
    agent,
    stop: listenForSignals(),
    print: (line: string) => console.log(line),
    paint,
    ...(durationMs !== undefined && { durationMs }),
    ...(entry !== undefined && { entry }),
  };
  const summary = await run(() => runDemo(options));
  const wrong = complaints(summary);
  console.log(`\n${paint("bold", summaryLine(summary))}`);
  for (const complaint of wrong) console.log(paint("red", complaint));
  return wrong.length === 0 ? 0 : 1;
}

/** Waits for the first Ctrl-C or SIGTERM. A second one ends the process at once, and with it what it has started. */
function listenForSignals(): Operation<void> {
  const stop = withResolvers<void>();
  let stopping = false;
  const onSignal = (name: NodeJS.Signals) => {
    if (stopping) process.exit(name === "SIGINT" ? 130 : 143);
    stopping = true;
    stop.resolve();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return stop.operation;
}

try {
  const parsed = parseDemoArguments(process.argv.slice(2));
  if (parsed.help) console.log(usage);
  else process.exitCode = await showDemo(parsed);
} catch (error) {
  if (!(error instanceof AgentError)) throw error;
  console.error(error.message);
  process.exitCode = error.code === "E_ARGUMENT" ? 2 : 1;
}
