import { run, suspend } from "effection";
import { AgentError, toError } from "../../toolkit/index.ts";
import { type DatabricksArguments, parseDatabricksArguments, usage } from "./command-line.ts";
import { useDatabricksServer } from "./server.ts";

/** Until Ctrl-C or SIGTERM, which end it with exit code 0; 1 when it cannot listen. */
async function serve({ options }: DatabricksArguments): Promise<void> {
  const serving = run(function* () {
    const databricks = yield* useDatabricksServer(options);
    const { jobs, speed, seed } = options.story;
    console.log(
      `databricks-server runs ${jobs} jobs at ${databricks.url} (speed ${speed}, seed ${seed}). Ctrl-C stops it.`,
    );
    console.log(`Ask it with the token ${databricks.auth.token}.`);
    yield* suspend();
  });
  let isStopping = false;
  const stop = () => {
    isStopping = true;
    serving.halt().catch(fail);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  await serving.catch((error: unknown) => {
    if (!isStopping) fail(error);
  });
}

function fail(error: unknown): void {
  console.error(toError(error).message);
  process.exitCode = 1;
}

try {
  const parsed = parseDatabricksArguments(process.argv.slice(2));
  if (parsed.help) console.log(usage);
  else await serve(parsed);
} catch (error) {
  if (!(error instanceof AgentError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
