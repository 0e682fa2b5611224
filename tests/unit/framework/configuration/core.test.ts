import { describe, expect, test } from "vitest";
import { coreConfiguration } from "../../../../framework/configuration/index.ts";
import { CORE_ENV, known, open, reportOf } from "./support.ts";

const coreOf = (given: Parameters<typeof open>[0]) => open(given).registry.lookup(coreConfiguration);

test("worked example A: each key from the file, else the environment, else the default", () => {
  const core = coreOf({
    toml: '[core]\nlog_level = "warning"\nobservability_base_url = "https://o.example.com/api"',
    env: {
      DK_LOG_LEVEL: "error",
      DK_AGENT_TYPE: "airflow",
      DK_AGENT_KEY: "k",
      DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: "s",
    },
  });
  const { observability_service_account_key: key, ...others } = core;
  expect(key.reveal()).toBe("s");
  expect(others).toEqual({
    agent_type: "airflow",
    agent_key: "k",
    log_level: "warning",
    observability_base_url: "https://o.example.com/api/",
    max_channel_capacity: 1000,
    heartbeat_period: 60,
    shutdown_timeout: 20,
    service_port: null,
    state_dir: "/var/lib/observability-agent",
    state_max_mib: 512,
    ledger_days: 7,
    dead_letter_days: 30,
    service_host: "127.0.0.1",
    service_replay_enabled: false,
  });
});

test("worked example F: a missing key and a wrong one", () => {
  const { DK_AGENT_KEY: _, ...env } = CORE_ENV;
  expect(reportOf({ toml: '[core]\nlog_level = "loud"', env })).toBe(`The configuration has 2 problems:
  missing [core] agent_key is not set. Set agent_key under [core] in agent.toml, or DK_AGENT_KEY in the environment: Name of this agent, as Observability lists it.
  agent.toml:2:13 [core] log_level is "loud"; it must be "debug", "info", "warning" or "error". Write for example "debug", or delete the line to use "info".`);
});

test("with neither file nor environment, all that is required is named at once", () => {
  const missing = reportOf({}).match(/^ {2}missing \[core\] \w+/gm);
  expect(missing).toEqual([
    "  missing [core] agent_type",
    "  missing [core] agent_key",
    "  missing [core] observability_service_account_key",
    "  missing [core] observability_base_url",
  ]);
});

test("the service account key is never printed", () => {
  expect(JSON.stringify(coreOf({ env: CORE_ENV }))).toContain('"observability_service_account_key":"**********"');
});

describe("what is sent in a header as it is", () => {
  test.each([
    ["DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY", "core", "observability_service_account_key"],
    ["DK_AGENT_TOKEN", "auth_api_token", "agent_token"],
  ])("%s with a line break in it is refused, and not shown", (name, section, key) => {
    const report = reportOf({ env: { ...CORE_ENV, [name]: "hunter\nabcd" } }, known);
    expect(report).toContain(
      `${name} [${section}] ${key} is a secret and not shown here; it must not contain a line break: it is sent in an HTTP header, which cannot carry that.`,
    );
    expect(report).not.toMatch(/hunter|abcd/);
  });
});

test("secrets that are encoded on their way may hold anything", () => {
  const env = { DK_AGENT_PASSWORD: "a\nb“", DK_AZURE_CLIENT_SECRET: "a\nb“", DK_AZURE_PASSWORD: "a\nb“" };
  expect(reportOf({ env: { ...CORE_ENV, ...env } }, known)).toBe("");
});

describe("bounds", () => {
  test.each([
    ["DK_HEARTBEAT_PERIOD", "0", "heartbeat_period is 0; it must be more than 0 seconds."],
    ["DK_HEARTBEAT_PERIOD", "inf", "heartbeat_period is inf; it must be a finite number."],
    ["DK_SHUTDOWN_TIMEOUT", "0", "shutdown_timeout is 0; it must be more than 0 seconds."],
    ["DK_SHUTDOWN_TIMEOUT", "3000000", "shutdown_timeout is 3000000; it must be a day (86400) or less."],
    ["DK_SERVICE_PORT", "-1", "service_port is -1; it must be 0 or more."],
    ["DK_SERVICE_PORT", "65536", "service_port is 65536; it must be 65535 or less."],
    ["DK_MAX_CHANNEL_CAPACITY", "-1", "max_channel_capacity is -1; it must be 0 or more."],
    ["DK_MAX_CHANNEL_CAPACITY", "1.5", "max_channel_capacity is 1.5; it must be a whole number."],
    ["DK_AGENT_KEY", "k".repeat(256), `agent_key is "${"k".repeat(78)}…; it must have at most 255 characters.`],
    ["DK_AGENT_KEY", "😀".repeat(256), `agent_key is "${"😀".repeat(39)}…; it must have at most 255 characters.`],
    [
      "DK_OBSERVABILITY_BASE_URL",
      "o.example.com",
      'observability_base_url is "o.example.com"; it must be a URL starting with http:// or https://.',
    ],
    [
      "DK_LOG_LEVEL",
      "INFO",
      'log_level is "INFO"; it must be "debug", "info", "warning" or "error" (did you mean "info"?).',
    ],
  ])("%s=%s is refused", (name, value, message) => {
    expect(reportOf({ env: { ...CORE_ENV, [name]: value } })).toContain(`${name} [core] ${message}`);
  });

  test.each(["k", "é", "😀"])(
    "a channel capacity of 0 and an agent key of 255 characters are accepted (%s)",
    (character) => {
      const env = { ...CORE_ENV, DK_MAX_CHANNEL_CAPACITY: "0", DK_AGENT_KEY: character.repeat(255) };
      expect(coreOf({ env })).toMatchObject({ max_channel_capacity: 0, agent_key: character.repeat(255) });
    },
  );
});

test("the empty variables of the published install script are no problem, and cause no warning", () => {
  const names = [
    "DK_PERIOD",
    "DK_TIMEOUT",
    "DK_AGENT_USERNAME",
    "DK_AGENT_PASSWORD",
    "DK_AGENT_TOKEN",
    "DK_AZURE_CLIENT_ID",
  ];
  names.push(
    "DK_AZURE_CLIENT_SECRET",
    "DK_AZURE_TENANT_ID",
    "DK_AZURE_USERNAME",
    "DK_AZURE_PASSWORD",
    "DK_AIRFLOW_API_URL",
  );
  const empty = Object.fromEntries(names.map((name) => [name, ""]));
  expect(open({ env: { ...CORE_ENV, ...empty } }).warnings).toEqual([]);
});
