import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../support/http2-halts.ts", import.meta.url));
/** Real time: it takes half a second, and for ever when the fault is back. */
const LONGEST_MS = 20_000;

// In a process of their own: what is tested is that it goes on.
test.each(["the same turn", "a stalled server"])("a POST over HTTP/2 survives its halt: %s", async (moment) => {
  const child = promisify(execFile)(process.execPath, [script, moment], { timeout: LONGEST_MS, killSignal: "SIGKILL" });
  expect(await child).toMatchObject({ stdout: "alive 204\n" });
});
