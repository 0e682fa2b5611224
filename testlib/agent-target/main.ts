import { type Operation, race, run } from "effection";
import { AgentError } from "../../toolkit/index.ts";
import type { AgentTarget } from "./agent-target.ts";
import { parseTargetArguments, type TargetArguments, usage } from "./arguments.ts";
import { useAgentTarget } from "./server.ts";
import { stopSignal } from "./stop-signal.ts";

function* serve({ options }: TargetArguments): Operation<void> {
  const target = yield* useAgentTarget(options);
  const { pipelines, speed, seed } = options.story;
  console.log(
    `agent-target plays ${pipelines} pipelines at ${target.url} (speed ${speed}, seed ${seed}). Ctrl-C stops it.`,
  );
  yield* race([stopSignal(), reportClients(target)]);
  console.log(`agent-target stopped; it sent ${target.sent} messages.`);
}

function* reportClients(target: AgentTarget): Operation<never> {
  let reported = 0;
  while (true) {
    yield* target.until(() => target.connections !== reported);
    reported = target.connections;
    console.log(`${reported} ${reported === 1 ? "client" : "clients"} connected.`);
  }
}

try {
  const parsed = parseTargetArguments(process.argv.slice(2));
  if (parsed.help) console.log(usage);
  else await run(() => serve(parsed));
} catch (error) {
  if (!(error instanceof AgentError)) throw error;
  console.error(error.message);
  process.exitCode = error.code === "E_ARGUMENT" || error.code === "E_STORY_OPTION" ? 2 : 1;
}
