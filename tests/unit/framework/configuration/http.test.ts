import { describe, expect, test } from "vitest";
import { httpConfiguration, observabilityConfiguration } from "../../../../framework/configuration/index.ts";
import { CORE_ENV, type Given, open, reportOf } from "./support.ts";

const DEFAULTS = {
  read_timeout: 60,
  write_timeout: 30,
  connection_timeout: 10,
  pool_timeout: 10,
  retries: 3,
  max_total_connections: 10,
  max_keepalive_connections: 5,
  keepalive_expiration: 10,
  follow_redirects: true,
  http2: false,
  params: null,
  ssl_verify: true,
  ssl_cert_file: null,
};

function registryOf({ toml = "", env = {} }: Given) {
  return open({ toml, env: { ...CORE_ENV, ...env } }).registry;
}

test("the defaults of [http]", () => {
  expect(registryOf({}).lookup(httpConfiguration)).toEqual(DEFAULTS);
});

test("the defaults of [observability]: a connection for each delivery in flight, and events held when refused", () => {
  expect(registryOf({}).lookup(observabilityConfiguration)).toEqual({
    ...DEFAULTS,
    max_total_connections: 32,
    max_keepalive_connections: 32,
    on_unauthorized: "hold",
  });
});

test("each section has its own variables", () => {
  const registry = registryOf({ env: { DK_HTTP_READ_TIMEOUT: "10", DK_OBSERVABILITY_READ_TIMEOUT: "20" } });
  expect(registry.lookup(httpConfiguration).read_timeout).toBe(10);
  expect(registry.lookup(observabilityConfiguration).read_timeout).toBe(20);
});

describe("params", () => {
  test.each<[what: string, given: Given, expected: readonly (readonly string[])[]]>([
    [
      "a table",
      { toml: "[http.params]\na = 'x'\nb = 2\nc = true" },
      [
        ["a", "x"],
        ["b", "2"],
        ["c", "true"],
      ],
    ],
    [
      "a list of pairs",
      { toml: "[http]\nparams = [['a', 'x'], ['a', 2]]" },
      [
        ["a", "x"],
        ["a", "2"],
      ],
    ],
    ["a JSON object", { env: { DK_HTTP_PARAMS: '{"a": "x"}' } }, [["a", "x"]]],
    ["a JSON list", { env: { DK_HTTP_PARAMS: '[["a", "x"]]' } }, [["a", "x"]]],
    ["nothing", { toml: "[http]\nparams = {}" }, []],
  ])("may be %s, and come out as pairs", (_what, given, expected) => {
    expect(registryOf(given).lookup(httpConfiguration).params).toEqual(expected);
  });

  test("of another form are refused", () => {
    expect(reportOf({ toml: "[http]\nparams = ['a']", env: CORE_ENV })).toBe(
      'The configuration has a problem:\n  agent.toml:2:10 [http] params is ["a"]; it must be a table, or a list of [name, value] pairs. Write for example { source = "agent" }.',
    );
  });
});

test.each([
  ["DK_HTTP_READ_TIMEOUT", "-1", "[http] read_timeout is -1; it must be 0 seconds or more."],
  ["DK_HTTP_RETRIES", "1.5", "[http] retries is 1.5; it must be a whole number."],
  ["DK_HTTP_MAX_TOTAL_CONNECTIONS", "0", "[http] max_total_connections is 0; it must be 1 or more."],
  [
    "DK_OBSERVABILITY_ON_UNAUTHORIZED",
    "stop",
    '[observability] on_unauthorized is "stop"; it must be "hold" or "exit".',
  ],
])("%s=%s is refused", (name, value, message) => {
  expect(reportOf({ env: { ...CORE_ENV, [name]: value } })).toContain(`${name} ${message}`);
});

test("authentication is no key of [http]: agents set it", () => {
  expect(reportOf({ toml: "[http]\nauth = ['user', 'hunter2']", env: CORE_ENV })).toMatch(
    /^The configuration has a problem:\n {2}agent\.toml:2:1 \[http\] auth is not a key of this section\. Delete it\. \[http\] has read_timeout, /,
  );
});
