import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensure, type Operation } from "effection";

/** `cwd`, or a temporary directory that the caller's scope removes; `toml` becomes its `agent.toml`. */
export function* useWorkingDirectory(cwd: string | undefined, toml: string | undefined): Operation<string> {
  const directory = cwd ?? (yield* useTemporaryDirectory());
  if (toml !== undefined) writeFileSync(join(directory, "agent.toml"), toml);
  return directory;
}

function* useTemporaryDirectory(): Operation<string> {
  let directory: string | undefined;
  const remove = () => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  yield* ensure(() => {
    process.off("exit", remove);
    remove();
  });
  process.on("exit", remove); // also when this process is ended without ending its scopes
  directory = mkdtempSync(join(tmpdir(), "agent-process-"));
  return directory;
}
