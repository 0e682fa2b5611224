import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensure, type Operation } from "effection";

/** Goes with the scope. */
export function* useTemporaryDirectory(): Operation<string> {
  const directory = mkdtempSync(join(tmpdir(), "oracle-"));
  yield* ensure(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}
