import { type DatabricksSettings, databricksConfiguration } from "../../../../agents/databricks/configuration.ts";
import { openRegistry, readSources } from "../../../../registry/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";
import { parseToml } from "../../../../toolkit/index.ts";

const required = { DK_DATABRICKS_HOST: "https://ADB-11.7.azuredatabricks.net" };

/** `[databricks]` as the environment and the lines of an agent.toml give it. */
function settingsFrom(env: Readonly<Record<string, string>>, toml = ""): DatabricksSettings {
  const file = parseToml(`[databricks]\n${toml}`, "agent.toml");
  const sources = { ...readSources({ env, workingDirectory: "/", directories: [] }), file };
  const sections = [databricksConfiguration];
  return openRegistry({ sources, known: sections, register: sections }).registry.lookup(databricksConfiguration);
}

describe("what is read", () => {
  test("defaults: those of the agent that this one succeeds, and safe ones for what is new", function* () {
    expect(settingsFrom(required)).toEqual({
      databricks_host: "https://adb-11.7.azuredatabricks.net/",
      databricks_jobs_version: "2.1",
      databricks_jobs: [],
      databricks_start_lookback: 3_600,
      databricks_task_key: "run_id",
      timeout: 120,
      period: 5,
      databricks_failed_watch_period: 600,
      databricks_failed_watch_max_time: 604_800,
      databricks_max_requests_per_second: 20,
      databricks_max_concurrent_requests: 5,
      databricks_client_id: null,
      databricks_client_secret: null,
    });
  });

  test("the variables of existing deployments, empty ones as if they were not there", function* () {
    const env = {
      ...required,
      DK_DATABRICKS_JOBS: '["nightly_etl","7"]',
      DK_PERIOD: "7.5",
      DK_TIMEOUT: "",
      DK_DATABRICKS_FAILED_WATCH_PERIOD: "60",
      DK_DATABRICKS_FAILED_WATCH_MAX_TIME: "0",
    };
    expect(settingsFrom(env)).toMatchObject({
      databricks_jobs: ["nightly_etl", "7"],
      period: 7.5,
      timeout: 120,
      databricks_failed_watch_period: 60,
      databricks_failed_watch_max_time: 0,
    });
  });

  test("the file before the environment", function* () {
    const toml = 'databricks_jobs = ["a"]\ndatabricks_jobs_version = "2.2"\ndatabricks_task_key = "task_key"';
    expect(settingsFrom({ ...required, DK_DATABRICKS_JOBS: '["b"]' }, toml)).toMatchObject({
      databricks_jobs: ["a"],
      databricks_jobs_version: "2.2",
      databricks_task_key: "task_key",
    });
  });

  test("the OAuth secret, so that nobody sees it", function* () {
    const { databricks_client_secret: secret } = settingsFrom({
      ...required,
      DK_DATABRICKS_CLIENT_SECRET: "very-secret",
    });
    expect([`${secret}`, secret?.reveal()]).toEqual(["**********", "very-secret"]);
  });
});

test.each([
  ["no host", {}, "", "[databricks] databricks_host is not set"],
  ["a host without https://", { DK_DATABRICKS_HOST: "adb-11" }, "", "DK_DATABRICKS_HOST"],
  ["a version that there is not", required, 'databricks_jobs_version = "2.0"', '"2.1" or "2.2"'],
  ["a job list that is no JSON", { ...required, DK_DATABRICKS_JOBS: "a,b" }, "", "DK_DATABRICKS_JOBS"],
  ["a period of 0, which would be a hot loop", required, "period = 0", "[databricks] period is 0"],
  [
    "a budget of nothing",
    required,
    "databricks_max_requests_per_second = 0",
    "databricks_max_requests_per_second is 0",
  ],
  ["a key that there is not", required, "databricks_job = []", "Did you mean databricks_jobs?"],
] as const)("refuses %s", function* ([, env, toml, report]) {
  const error = yield* thrownBy(function* () {
    settingsFrom(env, toml);
  });
  expect(String(error)).toContain(report);
});
