import { settle } from "../../../../framework/core/index.ts";
import { describe, expect, runSourceCase, suiteClock, test } from "../../../../testlib/index.ts";
import { toError } from "../../../../toolkit/errors.ts";
import type { Flaw } from "./acme/agent.ts";
import { acmeSource } from "./acme/source.ts";

interface Caught {
  readonly flaw: Flaw;
  /** The name of the case that notices it. */
  readonly by: string;
  readonly says: RegExp;
}

const caught: readonly Caught[] = [
  {
    flaw: "skips equal times",
    by: "reports runs of one and the same time, at the very edge between two polls",
    says: /^What came is not what the tool has shown .*\n {2}missing: run nightly\/r5, task step_0: COMPLETED\n/,
  },
  {
    flaw: "drops late runs",
    by: "reports a run that turns up late, after later ones",
    says: /missing: run nightly\/r3: FAILED\n/,
  },
  { flaw: "reads the first page only", by: "reads all pages", says: /missing: run nightly\/r4: COMPLETED\n/ },
  {
    flaw: "moves on when a page fails",
    by: "loses nothing, and reports nothing twice, when a page fails again and again",
    says: /missing: run nightly\/r1: COMPLETED\n/,
  },
  {
    flaw: "reports again what overlaps",
    by: "reports a run with its tasks, everything once",
    says: /twice: run nightly\/r1: COMPLETED \(9 times\)\n/,
  },
  {
    flaw: "goes by its own clock",
    by: "loses nothing when the tool's clock is an hour behind",
    says: /missing: run nightly\/r1: COMPLETED\n/,
  },
  {
    flaw: "ends a run before its tasks",
    by: "reports many runs, the tasks of each before its end",
    says: /out of order: run nightly\/r1: COMPLETED came before run nightly\/r1, task step_0: COMPLETED\n/,
  },
  {
    flaw: "dies of malformed answers",
    by: "goes on after answers that nothing can be made of, and loses nothing by them",
    says: /^With "HTML in place of JSON": The agent has ended with an error, instead of going on: UnrecoverableError/,
  },
  {
    flaw: "stumbles over a malformed record",
    by: "skips a record that nothing can be made of, and reports all others meanwhile",
    says: /^With "null in place of a run": What came is not (.|\n)*warn acme\.report_runs: The task failed/,
  },
  {
    flaw: "ignores Retry-After",
    by: "waits as long as a 429 asks it to, and loses nothing by that",
    says: /^2 requests came before the time that Retry-After said was over\./,
  },
  {
    flaw: "keeps its credentials",
    by: "gets over credentials that stop to be good in the middle of a poll",
    says: /missing: (.|\n)*answered 401/,
  },
  {
    flaw: "asks all the time",
    by: "gets over a day without the tool, asking for it now and then, and loses nothing that the tool still shows",
    says: /^While the tool was down \(resets connections\), the agent tried 2\d\d times in two minutes\./,
  },
  {
    flaw: "swallows halts",
    by: "stops under load: ends in time, in order, and leaves nothing behind",
    says: /^The agent was asked to stop, and 20 s later it still runs\./,
  },
  {
    flaw: "swallows halts",
    by: "leaves no task, timer or connection behind when it is halted under load",
    says: /^The agent was halted, and 20 s later it still runs\./,
  },
  {
    flaw: "leaves a timer",
    by: "leaves no task, timer or connection behind when it is halted under load",
    says: /^The agent was halted; .* left behind:\n {2}a timer: setTimeout of 3600000 ms, made at .*acme\/agent\.ts:\d+/,
  },
  {
    flaw: "leaves a connection",
    by: "stops under load: ends in time, in order, and leaves nothing behind",
    says: /^The agent was asked to stop; .* left behind:\n {2}2 open sockets/,
  },
  {
    flaw: "sends what is no event",
    by: "reports a run with its tasks, everything once",
    says: /Observability refused 3 requests of the agent:\n {2}events\/v1\/run-status: 400 Invalid request: \{'run_name'/,
  },
  {
    flaw: "has a setting that takes anything",
    by: "says where a setting is of the wrong type",
    says: /^acme\.jobs takes anything; give it a type\.$/,
  },
];

describe("the suite catches an agent that", () => {
  test.each(caught)("$flaw: $by", { clock: suiteClock, timeoutMs: 20_000 }, function* ({ flaw, by, says }, { clock }) {
    const outcome = yield* settle(() => runSourceCase(acmeSource(flaw), by, clock));
    yield* clock.advanceUntilIdle(); // for what the flawed agent has left behind
    expect(outcome.ok ? "passed" : toError(outcome.error).message).toMatch(says);
  });
});
