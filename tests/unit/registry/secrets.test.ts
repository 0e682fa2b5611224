import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConfiguration, openRegistry, Registry, readSources } from "../../../registry/index.ts";
import { secret } from "../../../toolkit/index.ts";
import { acme, open, problemsOf, settingsOf, site, sourcesOf, temporaryDirectory } from "./support.ts";

const FILES = { token: "from-a-file\r\n\n", short: "short\n", empty: "\n", spaced: " with blanks \n" };

describe("a secret from a file", () => {
  test("is named by <NAME>_FILE in the environment, in any case", () => {
    const given = { env: { dk_acme_Token_File: "./token" }, files: FILES };
    expect(settingsOf(acme, given).token?.reveal()).toBe("from-a-file");
  });

  test("is named by <key>_file in agent.toml", () => {
    const given = { toml: '[acme]\ntoken_file = "token"', files: FILES };
    expect(settingsOf(acme, given).token?.reveal()).toBe("from-a-file");
  });

  test("loses only the line breaks at its end", () => {
    const given = { env: { DK_ACME_TOKEN_FILE: "./spaced" }, files: FILES };
    expect(settingsOf(acme, given).token?.reveal()).toBe(" with blanks ");
  });

  test("may hold many line breaks, which does not take long", { timeout: 5_000 }, () => {
    const lines = `a${"\n".repeat(200_000)}z`;
    const given = { env: { DK_ACME_TOKEN_FILE: "./lines" }, files: { lines: `${lines}\n` } };
    expect(settingsOf(acme, given).token?.reveal()).toBe(lines);
  });

  test("may have any path", () => {
    const directory = temporaryDirectory(FILES);
    expect(settingsOf(acme, { env: { DK_ACME_TOKEN_FILE: join(directory, "token") } }).token?.reveal()).toBe(
      "from-a-file",
    );
  });

  test("named in agent.toml wins over the environment, and so does one written there", () => {
    const env = { DK_ACME_TOKEN: "environment" };
    expect(settingsOf(acme, { toml: '[acme]\ntoken_file = "token"', env, files: FILES }).token?.reveal()).toBe(
      "from-a-file",
    );
    const fileEnv = { DK_ACME_TOKEN_FILE: "./absent" };
    expect(settingsOf(acme, { toml: '[acme]\ntoken = "12345678"', env: fileEnv }).token?.reveal()).toBe("12345678");
  });

  test.each<[what: string, given: Parameters<typeof problemsOf>[0], report: string]>([
    [
      "does not exist",
      { env: { DK_ACME_TOKEN_FILE: "./absent" } },
      "DK_ACME_TOKEN_FILE [acme] The file ./absent does not exist. Put the value of token there, or correct the path.",
    ],
    [
      "is empty",
      { toml: '[acme]\ntoken_file = "./empty"' },
      "agent.toml:2:14 [acme] The file ./empty is empty. Put the value of token there, or correct the path.",
    ],
    [
      "is too short, without showing it",
      { env: { DK_ACME_TOKEN_FILE: "./short" } },
      "DK_ACME_TOKEN_FILE [acme] token is a secret and not shown here; it must have at least 8 characters. Correct it.",
    ],
    [
      "is set besides the variable itself",
      { env: { DK_ACME_TOKEN_FILE: "./token", dk_acme_token: "12345678" } },
      "DK_ACME_TOKEN_FILE [acme] dk_acme_token and DK_ACME_TOKEN_FILE are both set. Keep one of them.",
    ],
    [
      "is set besides the key itself",
      { toml: '[acme]\ntoken = "12345678"\ntoken_file = "./token"' },
      "agent.toml:3:14 [acme] token and token_file are both set. Keep one of them.",
    ],
    [
      "is no path",
      { toml: "[acme]\ntoken_file = 5" },
      "agent.toml:2:14 [acme] token_file must be a path in quotes. Correct it.",
    ],
    [
      "is the secret itself, in the wrong place, without showing it",
      { env: { DK_ACME_TOKEN_FILE: "hunter2hunter2" } },
      "DK_ACME_TOKEN_FILE [acme] The file named there does not exist. Put the value of token there, or correct the path.",
    ],
    [
      "is the secret itself, which begins as a path does, without showing it",
      { env: { DK_ACME_TOKEN_FILE: "/9j-hunter2+hunter2==" } },
      "DK_ACME_TOKEN_FILE [acme] The file named there does not exist. Put the value of token there, or correct the path.",
    ],
    [
      "is the secret itself, longer than a path may be, without showing it",
      { env: { DK_ACME_TOKEN_FILE: `/hunter2${"x".repeat(300)}` } },
      "DK_ACME_TOKEN_FILE [acme] The file named there cannot be read: ENAMETOOLONG. Put the value of token there, or correct the path.",
    ],
  ])("is reported when it %s", (_what, given, report) => {
    expect(problemsOf({ ...given, files: FILES }, [acme])).toEqual([report]);
  });

  test("is read once for each reading of the configuration: it may be a pipe", () => {
    const workingDirectory = temporaryDirectory(FILES);
    const sources = readSources({ env: { DK_ACME_TOKEN_FILE: "./token" }, workingDirectory, directories: [] });
    const openIt = () =>
      openRegistry({ sources, known: [acme], register: [acme] })
        .registry.lookup(acme)
        .token?.reveal();
    const first = openIt();
    writeFileSync(join(workingDirectory, "token"), "");
    expect([first, openIt()]).toEqual(["from-a-file", "from-a-file"]);
  });

  test("is reported when it is a directory", () => {
    const workingDirectory = temporaryDirectory();
    mkdirSync(join(workingDirectory, "token"));
    const sources = readSources({ env: { DK_ACME_TOKEN_FILE: "./token" }, workingDirectory, directories: [] });
    expect(() => openRegistry({ sources, known: [acme], register: [acme] })).toThrow(
      "DK_ACME_TOKEN_FILE [acme] The file ./token cannot be read: it is a directory; Docker makes one",
    );
  });
});

describe("no report shows a secret", () => {
  test.each<[what: string, given: Parameters<typeof problemsOf>[0]]>([
    ["of the wrong type", { toml: "[acme]\ntoken = 77777777" }],
    ["that is too short", { env: { DK_ACME_TOKEN: "hunter2" } }],
    ["in a list", { toml: '[acme]\ntoken = ["hunter2"]' }],
    ["beside a mistake in the file", { toml: '[acme]\ntoken = "hunter2\n' }],
    ["under a wrong key", { toml: '[acme]\ntokn = "hunter2"' }],
  ])("%s", (_what, given) => {
    const report = problemsOf(given, [acme]);
    expect(report).toHaveLength(1);
    expect(report.join()).not.toMatch(/hunter2|7777/);
  });

  test("that the rule's own message quotes, nor one in a table", () => {
    const quoting = defineConfiguration({
      section: "quoting",
      envPrefix: "DK_QUOTING_",
      schema: z.strictObject({
        token: secret(z.string().refine(() => false, { error: ({ input }) => `${input} is refused` })),
        keys: z.record(z.string(), secret(z.string().min(10))),
      }),
    });
    const toml = '[quoting]\ntoken = "hunter2"\nkeys = { a = "hunter3" }';
    expect(problemsOf({ toml }, [quoting])).toEqual([
      "agent.toml:2:9 [quoting] token is a secret and not shown here; ********** is refused. Correct it.",
      "agent.toml:3:14 [quoting] keys.a is a secret and not shown here; it must have at least 10 characters. Correct it.",
    ]);
    expect(problemsOf({ env: { DK_QUOTING_TOKEN: "x", DK_QUOTING_KEYS: "hunter2" } }, [quoting])[0]).toBe(
      'DK_QUOTING_KEYS [quoting] keys must be JSON text. Write JSON text, such as ["a", "b"] or {"name": "value"}.',
    );
  });

  test("of changed settings", () => {
    const registry = new Registry(sourcesOf({}));
    registry.register(acme);
    const change = () =>
      registry.mutate(acme, { name: "", token: settingsOf(acme, { env: { DK_ACME_TOKEN: "hunter2-long" } }).token });
    expect(change).toThrow(expect.objectContaining({ message: expect.not.stringContaining("hunter2") }));
  });
});

test("all secrets in sight are handed over, used or not, of sections used or not", () => {
  const { secrets } = open(
    {
      toml: '[acme]\ntoken = "file-token"\n[site]\nkey_file = "./token"',
      env: { DK_ACME_TOKEN: "environment-token", DK_KEY: "environment-key" },
      files: FILES,
    },
    [acme],
    [acme, site],
  );
  expect([...secrets].toSorted()).toEqual(["environment-key", "environment-token", "file-token", "from-a-file"]);
});
