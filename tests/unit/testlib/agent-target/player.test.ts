import { spawn } from "effection";
import { RunsInProgress } from "../../../../testlib/agent-target/in-progress.ts";
import type { TargetMessage } from "../../../../testlib/agent-target/message.ts";
import { playStory } from "../../../../testlib/agent-target/player.ts";
import { tellScript } from "../../../../testlib/agent-target/script.ts";
import { expect, test } from "../../../../testlib/index.ts";
import { take } from "./take.ts";

test("sends each message when it is due", function* ({ clock }) {
  const started = { at: Date.now(), now: clock.now() };
  const options = { seed: 7, speed: 10, malformedRate: 0.1 };
  const sent: [afterMs: number, text: string][] = [];
  yield* spawn(() => playStory(options, new RunsInProgress(), (text) => sent.push([clock.now() - started.now, text])));
  yield* clock.advance(20_000);
  const due = take(tellScript(options, started.at), sent.length + 1).map(({ atMs, text }) => [atMs, text] as const);
  expect(sent).toEqual(due.slice(0, -1));
  expect(sent.length).toBeGreaterThan(100);
  expect(due.at(-1)?.[0]).toBeGreaterThan(20_000);
});

test("keeps the messages of runs in progress, run by run, and forgets a run that ends", function* () {
  const runs = new RunsInProgress();
  const record = (run_key: string, status: TargetMessage["status"], task_key?: string) => {
    const task = task_key === undefined ? {} : { task_key };
    const message = { pipeline_key: "p", run_key, status, event_timestamp: "2025-01-01T00:00:00Z", ...task };
    runs.record(message, [run_key, task_key ?? "run", status].join(" "));
  };
  record("1", "RUNNING");
  record("2", "RUNNING");
  record("1", "RUNNING", "load");
  record("2", "RUNNING", "load");
  record("1", "FAILED", "load");
  expect(runs.texts()).toEqual(["1 run RUNNING", "1 load RUNNING", "1 load FAILED", "2 run RUNNING", "2 load RUNNING"]);
  record("1", "FAILED");
  expect(runs.texts()).toEqual(["2 run RUNNING", "2 load RUNNING"]);
});
