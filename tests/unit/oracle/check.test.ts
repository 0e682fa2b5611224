import { describe, expect, test } from "vitest";
import { check as checkBy } from "../../oracle/checker/check.ts";
import type { History } from "../../oracle/checker/history.ts";
import { judgeByKey } from "../../oracle/checker/promises.ts";
import { delivery, history, key, killed, stopped } from "./histories.ts";

const RUN = "orders/r1";
const check = (given: History) => checkBy(given, judgeByKey(given.obligations));
const kindsIn = (given: History) => check(given).findings.map(({ kind }) => kind);
const excusesIn = (given: History) => check(given).duplicates.map(({ excuse }) => excuse);

test("a history in which all went well has no findings", () => {
  expect(check(history())).toEqual({ findings: [], duplicates: [], excusedAlerts: 0, firstFreshAfterMs: 800 });
});

describe("it finds", () => {
  test("an event that never came", () => {
    const { findings } = check(history({ deliveries: [0, 1, 3].map((step) => delivery(step)) }));
    expect(findings).toEqual([{ kind: "missing", run: RUN, text: key(2) }]);
  });

  test("an event that nobody has promised", () => {
    const made = delivery(0, { key: `${RUN} FAILED` });
    const { findings } = check(history({ deliveries: [0, 1, 2, 3].map((step) => delivery(step)).concat(made) }));
    expect(findings).toEqual([{ kind: "not promised", run: RUN, text: `${RUN} FAILED` }]);
  });

  test("two events of a run that changed places", () => {
    const { findings } = check(history({ deliveries: [0, 1, 3, 2].map((step) => delivery(step)) }));
    expect(findings).toEqual([{ kind: "out of order", run: RUN, text: `${key(3)} before ${key(2)}` }]);
  });

  test("a run's end that one life sends before a copy of what came earlier", () => {
    const lost = delivery(2, { answer: "lost", isSettled: false });
    const given = history({ deliveries: [delivery(0), delivery(1), lost, delivery(3), delivery(2)] });
    expect(kindsIn(given)).toEqual(["out of order"]);
  });

  test("a copy although the agent had the answer", () => {
    const { findings } = check(history({ deliveries: [0, 1, 1, 2, 3].map((step) => delivery(step)) }));
    expect(findings).toEqual([
      { kind: "twice", run: RUN, text: `${key(1)}, from life 1, which had its answer, and from life 1` },
    ]);
  });

  test("a copy in a later life, although the one before had noted the answer", () => {
    const deliveries = [0, 1, 2]
      .map((step) => delivery(step))
      .concat([2, 3].map((step) => delivery(step, { life: 2 })));
    expect(kindsIn(history({ deliveries }))).toEqual(["twice"]);
  });

  test("a copy after a life that ended in good order", () => {
    const unseen = delivery(2, { isSettled: false });
    const deliveries = [delivery(0), delivery(1), unseen, delivery(2, { life: 2 }), delivery(3, { life: 2 })];
    const lives = [{ ...stopped, number: 1 }, stopped];
    expect(kindsIn(history({ deliveries, lives }))).toEqual(["twice"]);
  });

  test("a copy by the same life, sooner than an answer can be too late", () => {
    const unseen = delivery(1, { isSettled: false });
    const again = delivery(1, { takenAtMs: unseen.takenAtMs + 999 });
    expect(kindsIn(history({ deliveries: [delivery(0), unseen, again, delivery(2), delivery(3)] }))).toEqual(["twice"]);
  });

  test("an alert that no copy has raised", () => {
    const { findings } = check(history({ alerts: [{ run: RUN, raisedAtMs: 4_000 }] }));
    expect(findings).toEqual([{ kind: "alert", run: RUN, text: `unexpected status change of ${RUN}` }]);
  });

  test("a second alert, where one copy can only have raised one", () => {
    const lost = delivery(3, { answer: "lost", isSettled: false });
    const deliveries = [delivery(0), delivery(1), delivery(2), lost, delivery(3)];
    const alert = { run: RUN, raisedAtMs: 4_000 };
    expect(kindsIn(history({ deliveries, alerts: [alert, alert] }))).toEqual(["alert"]);
  });

  test("an alert where only a task's event came twice", () => {
    const lost = delivery(2, { answer: "lost", isSettled: false });
    const deliveries = [delivery(0), delivery(1), lost, delivery(2), delivery(3)];
    expect(kindsIn(history({ deliveries, alerts: [{ run: RUN, raisedAtMs: 4_000 }] }))).toEqual(["alert"]);
  });

  test("what the server refused, and an agent that ended by itself", () => {
    const died = { ...killed, end: "died", how: "exit code 1" } as const;
    const { findings } = check(history({ refusals: ["events/v1/run-status: 400 no"], lives: [died, stopped] }));
    expect(findings).toEqual([
      { kind: "refused", text: "events/v1/run-status: 400 no" },
      { kind: "died", life: 1, text: "life 1: exit code 1" },
    ]);
  });

  test("that nothing new came within half a minute of the last fault", () => {
    const late = history({ deliveries: [0, 1, 2, 3].map((step) => delivery(step, { takenAtMs: 32_701 + step })) });
    expect(check(late).findings).toEqual([
      { kind: "stale", text: "the first event that happened after the last fault came after 30004 ms" },
    ]);
    expect(check(history({ lastFaultAtMs: 3_000 })).findings).toEqual([
      { kind: "stale", text: "the first event that happened after the last fault came never" },
    ]);
  });

  test.each([
    ["a sum that is not right", { emitted: 7 }, ["the sum is not what was emitted"]],
    ["fewer acknowledged than came", { acknowledged: 3, emitted: 5 }, ["4 events came"]],
    ["a queue that is not empty", { queued: 1, emitted: 7 }, ["not all is delivered"]],
    ["a dead letter", { deadLettered: 1, emitted: 7 }, ["not all is delivered"]],
    ["a damaged record", { damaged: 1 }, ["not all is delivered"]],
  ])("accounts with %s", (_what, changes, problems) => {
    const { accounts } = history();
    const { findings } = check(history({ accounts: accounts && { ...accounts, ...changes } }));
    expect(findings.map(({ kind, text }) => [kind, text.split(":")[0]])).toEqual(
      problems.map((problem) => ["accounts", problem]),
    );
  });

  test("damage that nothing had done", () => {
    expect(check(history({ damaged: ["damaged-events.jsonl"] })).findings).toEqual([
      { kind: "damage", text: "nothing had damaged the store: damaged-events.jsonl" },
    ]);
  });

  test("a store that cannot be read", () => {
    expect(kindsIn(history({ accounts: undefined }))).toEqual(["accounts"]);
  });
});

describe("it excuses", () => {
  test("a copy whose first answer was lost", () => {
    const lost = delivery(1, { answer: "lost", isSettled: false });
    const given = history({ deliveries: [delivery(0), lost, delivery(1), delivery(2), delivery(3)] });
    expect([kindsIn(given), excusesIn(given)]).toEqual([[], ["answer lost"]]);
  });

  test("a copy whose first answer came too late", () => {
    const unseen = delivery(1, { isSettled: false });
    const again = delivery(1, { takenAtMs: unseen.takenAtMs + 1_000 });
    const given = history({ deliveries: [delivery(0), unseen, again, delivery(2), delivery(3)] });
    expect([kindsIn(given), excusesIn(given)]).toEqual([[], ["answer too late"]]);
  });

  test("copies of what a life was killed before it could note, in their order", () => {
    const [first, second] = [1, 2].map((step) => delivery(step, { isSettled: false }));
    const again = [1, 2, 3].map((step) => delivery(step, { life: 2 }));
    const given = history({ deliveries: [delivery(0), first, second, ...again].filter((each) => each !== undefined) });
    const excuse = "killed before it was noted";
    expect([kindsIn(given), excusesIn(given)]).toEqual([[], [excuse, excuse]]);
  });

  test("copies of what there was no room on the disk to note", () => {
    const deliveries = [delivery(0), delivery(1), delivery(2), delivery(2, { life: 2 }), delivery(3, { life: 2 })];
    const full = (fromMs: number, toMs: number) =>
      history({ deliveries, faults: [{ what: "disk: full", fromMs, toMs }] });
    const { takenAtMs } = delivery(2);
    const during = full(takenAtMs - 100, takenAtMs + 100);
    expect([kindsIn(during), excusesIn(during)]).toEqual([[], ["ended before it could be noted"]]);
    const before = full(takenAtMs - 100, takenAtMs);
    expect([kindsIn(before), excusesIn(before)]).toEqual([["twice"], [undefined]]);
  });

  test("but not of what should have been noted long before the disk was full", () => {
    const deliveries = [delivery(0), delivery(1), delivery(2), delivery(2, { life: 2 }), delivery(3, { life: 2 })];
    const { takenAtMs } = delivery(2);
    const lives = [{ ...killed, endedAtMs: takenAtMs + 60_000 }, stopped];
    const fullFrom = (fromMs: number) =>
      excusesIn(history({ deliveries, lives, faults: [{ what: "disk: full", fromMs, toMs: fromMs + 200 }] }));
    expect(fullFrom(takenAtMs + 1_999)).toEqual(["ended before it could be noted"]); // 1 s for the answer, 1 s to note it
    expect(fullFrom(takenAtMs + 2_000)).toEqual([undefined]);
  });

  test("a copy of what was given up at the end of a life that was stopped", () => {
    const unseen = delivery(2, { isSettled: false });
    const deliveries = [delivery(0), delivery(1), unseen, delivery(2, { life: 2 }), delivery(3, { life: 2 })];
    const given = history({ deliveries, lives: [{ ...stopped, number: 1, gaveUp: true }, stopped] });
    expect([kindsIn(given), excusesIn(given)]).toEqual([[], ["given up at the end"]]);
  });

  test("the alert that such a copy of a run's own status raises", () => {
    const lost = delivery(3, { answer: "lost", isSettled: false });
    const deliveries = [delivery(0), delivery(1), delivery(2), lost, delivery(3)];
    const verdict = check(history({ deliveries, alerts: [{ run: RUN, raisedAtMs: 4_000 }] }));
    expect([verdict.findings, verdict.excusedAlerts]).toEqual([[], 1]);
  });

  test("the alerts that the repair of a run raises, where there are repairs", () => {
    const own = (name: string, takenAtMs: number) => ({ ...delivery(3, { takenAtMs }), key: `${RUN} ${name}` });
    const names = ["RUNNING", "FAILED", "RUNNING again", "COMPLETED"];
    const deliveries = names.map((name, i) => own(name, 2_000 + i));
    const alerts = [4_000, 4_001].map((raisedAtMs) => ({ run: RUN, raisedAtMs }));
    const given = history({ deliveries, alerts, hasRepairs: true });
    const alertsIn = (each: History) => checkBy(each, () => []).findings.filter(({ kind }) => kind === "alert");
    expect(alertsIn(given)).toEqual([]);
    expect(alertsIn({ ...given, alerts: [...alerts, { run: RUN, raisedAtMs: 4_002 }] })).toHaveLength(1);
    expect(alertsIn({ ...given, hasRepairs: false })).toHaveLength(2);
  });

  test("that tasks of one place overtake each other", () => {
    const { obligations } = history();
    const alike = obligations.map((each) => ({ ...each, position: each.position === 2 ? 1 : each.position }));
    const deliveries = [0, 2, 1, 3].map((step) => delivery(step));
    expect(kindsIn(history({ obligations: alike, deliveries }))).toEqual([]);
  });
});
