import { describe, expect, test } from "vitest";
import { test as clockTest } from "../../../testlib/index.ts";
import { AgentError } from "../../../toolkit/index.ts";
import { parseOracleArguments } from "../../oracle/command-line.ts";
import { Journal } from "../../oracle/faults/journal.ts";
import { phases } from "../../oracle/faults/phases.ts";
import { KILL_POINTS, planLives } from "../../oracle/lives/life-plan.ts";
import { randomFrom } from "../../oracle/random.ts";
import { useFakeSource } from "../../oracle/sources/fake.ts";

function planned(seed: number, clockJumps = true) {
  const plans = planLives(seed, { clockJumps });
  return Array.from({ length: 200 }, () => plans.next().value);
}

describe("the lives of a seed", () => {
  test("are the same each time, and others for another seed", () => {
    expect(planned(7)).toEqual(planned(7));
    expect(planned(8)).not.toEqual(planned(7));
  });

  test("end at every boundary, each in its turn", () => {
    const points = planned(7).flatMap(({ end }) => (end.kind === "at a point" ? [end.point] : []));
    const { length } = KILL_POINTS;
    for (const round of [0, 1, 2]) {
      expect(points.slice(round * length, (round + 1) * length).toSorted()).toEqual([...KILL_POINTS].toSorted());
    }
  });

  test("end in all other ways too, and now and then nobody is there for long", () => {
    const kinds = new Set(planned(7).map(({ end }) => end.kind));
    expect([...kinds].toSorted()).toEqual(["at a point", "killed", "killed while it starts", "stopped"]);
    expect(planned(7).filter(({ downtimeMs }) => downtimeMs >= 1_500).length).toBeGreaterThan(5);
  });

  test("begin with the clock as the one before left it, and never set one that must be right", () => {
    const lives = planned(7);
    for (const [index, { clockMs }] of lives.slice(1).entries()) {
      expect(clockMs).toBe(lives[index]?.jumps.at(-1)?.clockMs ?? lives[index]?.clockMs);
    }
    const clocks = new Set(lives.map(({ clockMs }) => clockMs));
    expect([...clocks].toSorted((one, other) => one - other)).toEqual([-3_600_000, 0, 3_600_000]);
    expect(planned(7, false).every(({ clockMs, jumps }) => clockMs === 0 && jumps.length === 0)).toBe(true);
  });
});

clockTest("good and bad times take turns until it is over, and it ends in good times", function* ({ clock }) {
  const journal = new Journal();
  const events: [what: string, atMs: number][] = [];
  const kind = (what: string) => ({
    what,
    *begin() {
      events.push([what, clock.now()]);
    },
    *end() {
      events.push([`${what} ends`, clock.now()]);
    },
  });
  yield* phases({
    kinds: [kind("reset"), kind("hang")],
    ...{ random: randomFrom(3, "phases"), journal, calmMs: [1_000, 1_000], faultMs: [500, 500] },
    untilMs: 3_300,
  });
  const [first, second] = journal.spans.map(({ what }) => what);
  expect([first, second].toSorted()).toEqual(["hang", "reset"]);
  expect(events).toEqual([
    [first, 1_000],
    [`${first} ends`, 1_500],
    [second, 2_500],
    [`${second} ends`, 3_000],
  ]);
  expect(clock.now()).toBe(3_300);
});

describe("the command line", () => {
  test("takes minutes, a first seed, a number of runs and a source", () => {
    const given = parseOracleArguments("--minutes 0.5 --seed 7 --runs 3 --source fake --verbose".split(" "));
    expect(given).toEqual({
      ...{ help: false, verbose: true, seeds: [7, 8, 9], chaosMs: 30_000, openSource: useFakeSource },
    });
  });

  test.each([
    [["--minutes", "soon"], '--minutes is "soon"; it must be a number more than 0.'],
    [["--runs", "0"], '--runs is "0"; it must be a number more than 0.'],
    [["--source", "airflow"], '--source is "airflow"; there are fake, databricks.'],
    [["--seeds", "1"], "--seeds"],
  ])("refuses %j", (args, message) => {
    expect(() => parseOracleArguments(args)).toThrow(AgentError);
    expect(() => parseOracleArguments(args)).toThrow(message);
  });
});
