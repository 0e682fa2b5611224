import { run } from "effection";
import { toError } from "../../toolkit/index.ts";
import { check } from "./checker/check.ts";
import type { Life } from "./checker/history.ts";
import { type OracleArguments, parseOracleArguments, usage } from "./command-line.ts";
import { runOracle } from "./oracle.ts";
import { tellStory } from "./report/story.ts";
import { summary } from "./report/summary.ts";

const MOST_STORIES = 3;

// At exit, the agent is killed and the disk unmounted; by default, a signal ends a process without that.
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

try {
  const given = parseOracleArguments(process.argv.slice(2));
  if (given.help) print(usage);
  else for (const seed of given.seeds) await runSeed(seed, given);
} catch (error) {
  process.stderr.write(`${toError(error).stack}\n`);
  process.exitCode = 2;
}

async function runSeed(seed: number, { chaosMs, openSource, verbose }: OracleArguments): Promise<void> {
  const oracleRun = await run(() => runOracle({ seed, chaosMs, openSource, ...(verbose && { onLife: printLife }) }));
  const verdict = check(oracleRun.history, oracleRun.judge);
  print(summary(oracleRun, verdict));
  for (const finding of verdict.findings.slice(0, MOST_STORIES)) print(tellStory(oracleRun, finding));
  if (verdict.findings.length > 0) process.exitCode = 1;
}

function printLife({ number, startedAtMs, endedAtMs, end, how }: Life): void {
  print(`life ${number}: ${end} after ${endedAtMs - startedAtMs} ms, ${how}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
