import type { Writable } from "node:stream";
import type { Terminal } from "./terminal.ts";

interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export function processTerminal({ stdout, stderr }: Streams): Terminal {
  for (const stream of [stdout, stderr]) stream.on("error", throwUnlessUnread);
  return { out: (text) => stdout.write(text), error: (text) => stderr.write(text) };
}

/** Waits until all is written that can be: a pipe takes it bit by bit, and `process.exit` would drop the rest. */
export async function flush({ stdout, stderr }: Streams): Promise<void> {
  await Promise.all([stdout, stderr].map(written));
}

function written(stream: Writable): Promise<void> | undefined {
  if (stream.writableLength === 0) return undefined;
  return new Promise((resolve) => {
    stream.write("", () => resolve()); // called after all that was written before, or once it fails
  });
}

/** Whoever reads may have read enough, such as `head -1`. */
function throwUnlessUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
}
