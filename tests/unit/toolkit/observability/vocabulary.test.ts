import { expect, test } from "vitest";
import { isFinished, runStatuses } from "../../../../toolkit/observability/index.ts";

test("a run is finished when it completed, with or without warnings, or failed", () => {
  expect(runStatuses.map((status) => [status, isFinished(status)])).toEqual([
    ["RUNNING", false],
    ["COMPLETED", true],
    ["COMPLETED_WITH_WARNINGS", true],
    ["FAILED", true],
    ["UNKNOWN", false],
  ]);
});
