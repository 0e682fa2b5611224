import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

const main = join(import.meta.dirname, "../../testlib/observability-server/main.ts");
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

interface Command {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly exit: Promise<unknown>;
}

function command(...args: readonly string[]): Command {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  return { child, output, exit: once(child, "close").then(([code]) => code) };
}

/** Waits for the lines it prints once it listens. */
async function addresses({ child, output }: Command): Promise<{ readonly page: string; readonly api: string }> {
  while (!output.stdout.includes("with the key")) await once(child.stdout ?? child, "data");
  const [page = "", api = ""] = output.stdout.match(/http:\S+/g) ?? [];
  return { page, api };
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "prints where to look and what to send, and stops on %s with exit code 0",
  async (signal) => {
    const running = command("--port", "0", "--key", "s3cret");
    const { page, api } = await addresses(running);
    const live = await fetch(`${page}page/live`);
    const answer = await fetch(`${api}events/v1/run-status`, {
      method: "POST",
      headers: { "content-type": "application/json", serviceaccountauthenticationkey: "s3cret" },
      body: '{"pipeline_key":"orders","run_key":"r1","status":"RUNNING"}',
    });
    expect([live.status, answer.status]).toEqual([200, 204]);
    running.child.kill(signal);
    expect(await running.exit).toBe(0);
    expect(running.output.stderr).toBe("");
  },
);

test("says what is wrong with its arguments and how to use it, with exit code 2", async () => {
  const refused = command("--port", "http");
  expect(await refused.exit).toBe(2);
  expect(refused.output.stdout).toBe("");
  expect(refused.output.stderr).toMatch(/^--port is "http"; it must be a number from 0 to 65535\.\n\nUsage: /);
});

test("shows its options, with exit code 0", async () => {
  const help = command("--help");
  expect(await help.exit).toBe(0);
  expect(help.output.stdout).toContain("--check-interval SECONDS");
});

test("says that its port is taken, with exit code 1", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const refused = command("--port", String(port));
  expect(await refused.exit).toBe(1);
  expect(refused.output.stderr).toContain(`Cannot listen on 127.0.0.1:${port}`);
  other.close();
});
