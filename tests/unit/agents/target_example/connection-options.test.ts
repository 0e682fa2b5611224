import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exampleConfiguration } from "../../../../agents/target_example/configuration.ts";
import { useConnectionOptions } from "../../../../agents/target_example/connection-options.ts";
import { lookup } from "../../../../registry/index.ts";
import { configurations, describe, expect, type SetUpContexts, test, thrownBy } from "../../../../testlib/index.ts";

const example = configurations.of(exampleConfiguration, { target_url: "wss://target/", component_type: "DATASET" });

/** What the connection is opened with when the environment says so. */
function* optionsFrom(contexts: SetUpContexts, env: Readonly<Record<string, string>>) {
  yield* contexts({ ...example.env, ...env }, [exampleConfiguration]);
  return yield* useConnectionOptions(yield* lookup(exampleConfiguration));
}

describe("useConnectionOptions", () => {
  test("takes the agent's own settings, seconds as milliseconds", function* ({ contexts }) {
    const env = { DK_EXAMPLE_TIMEOUT: "2.5", DK_EXAMPLE_PERIOD: "0.5", DK_EXAMPLE_MAX_MESSAGE_BYTES: "4096" };
    expect(yield* optionsFrom(contexts, env)).toEqual({
      url: "wss://target/",
      connectTimeoutMs: 2_500,
      silenceTimeoutMs: 2_500,
      maxMessageBytes: 4_096,
      reconnectMs: 500,
      rejectUnauthorized: true,
    });
  });

  test("trusts the certificate authorities of [http] ssl_cert_file", function* ({ contexts, stateDirectory }) {
    const file = join(stateDirectory, "ca.pem");
    writeFileSync(file, "-----BEGIN CERTIFICATE-----\n");
    const options = yield* optionsFrom(contexts, { DK_HTTP_SSL_CERT_FILE: file });
    expect(options).toMatchObject({ ca: "-----BEGIN CERTIFICATE-----\n" });
  });

  test("says so when [http] ssl_cert_file cannot be used", function* ({ contexts }) {
    const error = yield* thrownBy(() => optionsFrom(contexts, { DK_HTTP_SSL_CERT_FILE: "/nowhere/ca.pem" }));
    expect(error).toMatchObject({ code: "E_HTTP_CA_FILE", message: expect.stringContaining("/nowhere/ca.pem") });
  });

  test("checks no certificate, and needs none, with [http] ssl_verify off", function* ({ contexts }) {
    const env = { DK_HTTP_SSL_VERIFY: "false", DK_HTTP_SSL_CERT_FILE: "/nowhere/ca.pem" };
    const options = yield* optionsFrom(contexts, env);
    expect(options).toMatchObject({ rejectUnauthorized: false });
    expect(options).not.toHaveProperty("ca");
  });

  test("sends the API token, when there is one, as a bearer token", function* ({ contexts }) {
    const options = yield* optionsFrom(contexts, { DK_AGENT_TOKEN: "t0ken" });
    expect(options).toMatchObject({ headers: { Authorization: "Bearer t0ken" } });
  });
});
