import { FailureLog } from "../../../../../framework/core/loops/failure-log.ts";
import { captureLog, describe, expect, test } from "../../../../../testlib/index.ts";
import { useLogger } from "../../../../../toolkit/logging/index.ts";

const failed = { ok: false, error: new Error("refused") } as const;
const worked = { ok: true, value: undefined } as const;

describe("the failure log", () => {
  test("warns of failures, calls for a person from the fifth in a row on, and tells of the recovery", function* () {
    const captured = yield* captureLog();
    const failures = new FailureLog(yield* useLogger());
    for (const outcome of [worked, failed, failed, failed, failed, failed, failed, worked, worked, failed]) {
      failures.note(outcome);
    }
    expect(captured.lines.map(({ level, failures, msg }) => [level, failures, msg])).toEqual([
      ["warn", 1, "The task failed; it is tried again."],
      ["warn", 2, "The task failed; it is tried again."],
      ["warn", 3, "The task failed; it is tried again."],
      ["warn", 4, "The task failed; it is tried again."],
      ["error", 5, "The task keeps failing; it is tried again, less often."],
      ["error", 6, "The task keeps failing; it is tried again, less often."],
      ["info", 6, "The task works again."],
      ["warn", 1, "The task failed; it is tried again."],
    ]);
    expect(captured.lines[0]).toMatchObject({ err: { message: "refused" } });
    expect(failures.inARow).toBe(1);
  });
});
