import { all } from "effection";
import { expect, test } from "../../testlib/index.ts";
import { check } from "../oracle/checker/check.ts";
import { runOracle } from "../oracle/oracle.ts";
import { tellStory } from "../oracle/report/story.ts";
import { summary } from "../oracle/report/summary.ts";
import { useFakeSource } from "../oracle/sources/fake.ts";

/** One in which the agent keeps a cursor and clocks jump, and one in which it goes by the loop's watermark. */
const SEEDS = [1, 3];
const CHAOS_MS = 7_000;

/** `npm run oracle` runs other seeds, and for longer. */
test("an agent that is killed while all else goes wrong loses nothing, and nothing changes places or comes twice", {
  timeoutMs: 120_000,
}, function* () {
  const runs = yield* all(SEEDS.map((seed) => runOracle({ seed, chaosMs: CHAOS_MS, openSource: useFakeSource })));
  const stories = runs.flatMap((run) => {
    const verdict = check(run.history, run.judge);
    console.info(summary(run, verdict));
    return verdict.findings.slice(0, 2).map((finding) => tellStory(run, finding));
  });
  expect(stories).toEqual([]);
  const lives = runs.flatMap(({ history }) => history.lives);
  expect(lives.filter(({ end }) => end === "killed").length).toBeGreaterThanOrEqual(4);
  // Without this evidence the checker would excuse what it must not.
  const given = runs.flatMap(({ history }) => history.deliveries).filter(({ answer }) => answer === "given");
  expect(given.filter(({ isSettled }) => isSettled).length).toBeGreaterThan(given.length / 2);
});
