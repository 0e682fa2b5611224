import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ensure, type Operation, until } from "effection";

export interface Child {
  readonly pid: number;
  /** The first line that begins so, printed already or still to come. */
  line(start: string): Promise<string>;
  /** All that was printed. */
  readonly lines: readonly string[];
  kill(): Promise<void>;
  /** Resolves with the exit code once all output is there. */
  readonly exited: Promise<number | null>;
}

/**
 * Runs a script of this folder under Node, until the scope ends at the latest.
 * @param wrapped makes a command line of Node's own
 */
export function* startChild(
  script: string,
  args: readonly string[],
  wrapped: (command: readonly string[]) => readonly string[] = (command) => command,
): Operation<Child> {
  const [command = "", ...rest] = wrapped([process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...args]);
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  let text = "";
  let wake = () => {};
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
    lines.push(...text.split("\n").slice(0, -1));
    text = text.slice(text.lastIndexOf("\n") + 1);
    wake();
  });
  const exited = once(child, "close").then(([code]) => {
    wake();
    return typeof code === "number" ? code : null;
  });
  yield* ensure(function* () {
    child.kill("SIGKILL");
    yield* until(exited);
  });
  return {
    pid: child.pid ?? 0,
    lines,
    exited,
    async line(start) {
      for (;;) {
        const found = lines.find((line) => line.startsWith(start));
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`${script} ended without "${start}": ${lines.join(" | ")}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
