import { run, suspend } from "effection";
import { toError } from "../../toolkit/errors.ts";
import { parseCommandLine, usage } from "./command-line.ts";
import { type ObservabilityServerOptions, useObservabilityServer } from "./server.ts";

const commandLine = parseCommandLine(process.argv.slice(2));
switch (commandLine.kind) {
  case "serve":
    await serve(commandLine.options);
    break;
  case "help":
    process.stdout.write(usage);
    break;
  case "error":
    process.stderr.write(`${commandLine.message}\n\n${usage}`);
    process.exitCode = 2;
}

/** Until Ctrl-C or SIGTERM, which end it with exit code 0; 1 when it cannot listen. */
async function serve(options: ObservabilityServerOptions): Promise<void> {
  const serving = run(function* () {
    const server = yield* useObservabilityServer(options);
    process.stdout.write(`Watch the events: ${server.pageUrl}\nSend them to:     ${server.url}\n`);
    for (const key of Object.keys(options.keys ?? {})) process.stdout.write(`with the key:     ${key}\n`);
    yield* suspend();
  });
  let stopping = false;
  const stop = (): void => {
    stopping = true;
    serving.halt().catch(fail);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  await serving.catch((error: unknown) => {
    if (!stopping) fail(error);
  });
}

function fail(error: unknown): void {
  process.stderr.write(`${toError(error).message}\n`);
  process.exitCode = 1;
}
