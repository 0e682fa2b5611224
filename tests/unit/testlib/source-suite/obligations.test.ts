import {
  type AcceptedEvent,
  compare,
  describe,
  expect,
  type Obligation,
  test,
  toObligation,
} from "../../../../testlib/index.ts";

describe("what came is compared with what was obliged:", () => {
  const run: readonly Obligation[] = told("RUNNING", "a RUNNING", "b RUNNING", "a COMPLETED", "b FAILED", "FAILED");

  test("nothing is found when all came as it was told", function* () {
    expect(compare(run, came("RUNNING", "a RUNNING", "b RUNNING", "a COMPLETED", "b FAILED", "FAILED"))).toEqual([]);
  });

  test("tasks of one run may overtake each other", function* () {
    expect(compare(run, came("RUNNING", "b RUNNING", "b FAILED", "a RUNNING", "a COMPLETED", "FAILED"))).toEqual([]);
  });

  test("what did not come is missing", function* () {
    expect(compare(run, came("RUNNING", "a RUNNING", "b RUNNING", "b FAILED", "FAILED"))).toEqual([
      { kind: "missing", text: "run p/1, task a: COMPLETED" },
    ]);
  });

  test("what came more often than it was told came twice", function* () {
    const events = came("RUNNING", "a RUNNING", "b RUNNING", "a COMPLETED", "b FAILED", "FAILED", "a COMPLETED");
    expect(compare(run, events)).toEqual([{ kind: "twice", text: "run p/1, task a: COMPLETED" }]);
  });

  test("what was never told was not promised", function* () {
    expect(compare(told("RUNNING"), [...came("RUNNING", "c RUNNING"), ...came("COMPLETED")])).toEqual([
      { kind: "not promised", text: "run p/1, task c: RUNNING" },
      { kind: "not promised", text: "run p/1: COMPLETED" },
    ]);
  });

  test("the end of a run comes after its tasks", function* () {
    const events = came("RUNNING", "a RUNNING", "b RUNNING", "a COMPLETED", "FAILED", "b FAILED");
    expect(compare(run, events)).toEqual([
      { kind: "out of order", text: "run p/1: FAILED came before run p/1, task b: FAILED" },
    ]);
  });

  test("the beginning of a run comes before its tasks", function* () {
    expect(compare(told("RUNNING", "a RUNNING"), came("a RUNNING", "RUNNING"))).toEqual([
      { kind: "out of order", text: "run p/1, task a: RUNNING came before run p/1: RUNNING" },
    ]);
  });

  test("a task keeps the order of its statuses", function* () {
    expect(compare(told("a RUNNING", "a FAILED"), came("a FAILED", "a RUNNING"))).toEqual([
      { kind: "out of order", text: "run p/1, task a: FAILED came before run p/1, task a: RUNNING" },
    ]);
  });

  test("a run that is repaired may have one status several times", function* () {
    const repaired = ["RUNNING", "a FAILED", "FAILED", "RUNNING", "b COMPLETED", "COMPLETED"];
    expect(compare(told(...repaired), came(...repaired))).toEqual([]);
    expect(compare(told(...repaired), came(...repaired.slice(0, 3), ...repaired.slice(4)))).toEqual([
      { kind: "missing", text: "run p/1: RUNNING" },
    ]);
  });

  test("what is optional may be missing, and not come twice or late", function* () {
    const [begin, ...rest] = told("RUNNING", "COMPLETED");
    const obligations = [...(begin === undefined ? [] : [{ ...begin, optional: true as const }]), ...rest];
    expect(compare(obligations, came("COMPLETED"))).toEqual([]);
    expect(compare(obligations, came("RUNNING", "RUNNING", "COMPLETED")).map(({ kind }) => kind)).toEqual(["twice"]);
    expect(compare(obligations, came("COMPLETED", "RUNNING")).map(({ kind }) => kind)).toEqual(["out of order"]);
  });

  test("each run is on its own", function* () {
    const other = { pipeline: "p", run: "2", status: "COMPLETED" } as const;
    const [, ...late] = came("RUNNING", "a RUNNING", "b RUNNING", "a COMPLETED", "b FAILED", "FAILED");
    const events = [...came("RUNNING"), event({ pipeline_key: "p", run_key: "2", status: "COMPLETED" }), ...late];
    expect(compare([...run, other], events)).toEqual([]);
  });

  test("other events than the status of a run do not count", function* () {
    const log = { ...event({ pipeline_key: "p", run_key: "1", status: "RUNNING" }), type: "message-log" as const };
    expect([toObligation(log), toObligation(event({ status: "RUNNING" }))]).toEqual([undefined, undefined]);
    expect(compare([], [log])).toEqual([]);
  });
});

/** Of one run: `RUNNING` is its own status, `a RUNNING` that of task a. */
function told(...statuses: readonly string[]): readonly Obligation[] {
  return came(...statuses).flatMap((each) => toObligation(each) ?? []);
}

function came(...statuses: readonly string[]): readonly AcceptedEvent[] {
  return statuses.map((text) => {
    const [status, task] = text.split(" ").toReversed();
    return event({ pipeline_key: "p", run_key: "1", status: status ?? "", ...(task && { task_key: task }) });
  });
}

function event(body: Readonly<Record<string, string>>): AcceptedEvent {
  return { sequence: 1, receivedAt: 0, type: "run-status", source: "API", body };
}
