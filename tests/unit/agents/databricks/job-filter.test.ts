import { describe, expect, test } from "vitest";
import { JobFilter } from "../../../../agents/databricks/job-filter.ts";

const run = (jobId: string, name: string) => ({ jobId, name });

describe("a filter", () => {
  test("without jobs takes all runs, and asks for all at once", () => {
    const filter = new JobFilter([]);
    expect(filter.queries).toEqual([{ key: "all", jobId: undefined }]);
    expect(filter.takes(run("7", "hourly"))).toBe(true);
  });

  test("of names takes the runs of that very name, and asks for all: Databricks cannot look for a name", () => {
    const filter = new JobFilter(["nightly_etl", "hourly"]);
    expect(filter.queries).toEqual([{ key: "all", jobId: undefined }]);
    const names = ["nightly_etl", "hourly", "Hourly", "hourly 2", ""];
    expect(names.filter((name) => filter.takes(run("7", name)))).toEqual(["nightly_etl", "hourly"]);
  });

  test("of ids takes the runs of those jobs, however they are called, and asks for each", () => {
    const filter = new JobFilter(["7", "9223372036854775807", "7"]);
    expect(filter.queries).toEqual([
      { key: "7", jobId: "7" },
      { key: "9223372036854775807", jobId: "9223372036854775807" },
    ]);
    expect([filter.takes(run("7", "renamed")), filter.takes(run("8", "7"))]).toEqual([true, false]);
  });

  test("of both asks for all, and takes what either fits", () => {
    const filter = new JobFilter(["7", "hourly"]);
    expect(filter.queries).toEqual([{ key: "all", jobId: undefined }]);
    const runs = [run("7", "x"), run("8", "hourly"), run("8", "x")];
    expect(runs.map((each) => filter.takes(each))).toEqual([true, true, false]);
  });
});
