import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConfiguration, openRegistry, readSources } from "../../../registry/index.ts";
import { acme, problemsOf, settingsOf, temporaryDirectory } from "./support.ts";

describe("each key on its own", () => {
  test("the file wins over the environment, and that over the default", () => {
    const settings = settingsOf(acme, {
      toml: '[acme]\nname = "file"\n',
      env: { DK_ACME_NAME: "environment", DK_ACME_PERIOD: "7" },
    });
    expect(settings).toMatchObject({ name: "file", period: 7, retries: 3 });
  });

  test("all defaults hold when there is neither file nor environment", () => {
    expect(settingsOf(acme, {})).toEqual({
      name: "acme",
      period: 5,
      retries: 3,
      verify: true,
      mode: "auto",
      jobs: [],
      labels: {},
    });
  });

  test("empty text in the file is a value", () => {
    expect(problemsOf({ toml: '[acme]\nname = ""' }, [acme])).toEqual([
      'agent.toml:2:8 [acme] name is ""; it must not be empty. Correct it, or delete the line to use "acme".',
    ]);
  });

  test("false and 0 in the file win over the environment", () => {
    const settings = settingsOf(acme, {
      toml: "[acme]\nverify = false\nretries = 0",
      env: { DK_ACME_VERIFY: "true", DK_ACME_RETRIES: "4" },
    });
    expect(settings).toMatchObject({ verify: false, retries: 0 });
  });

  test("a table that both set is merged, the file's entries winning", () => {
    const settings = settingsOf(acme, {
      toml: '[acme.labels]\na = "file"\nb = "file"',
      env: { DK_ACME_LABELS: '{"b": "environment", "c": "environment"}' },
    });
    expect(settings.labels).toEqual({ a: "file", b: "file", c: "environment" });
  });

  test("tables are merged at any depth", () => {
    const deep = defineConfiguration({
      section: "deep",
      envPrefix: "DK_DEEP_",
      schema: z.strictObject({ value: z.record(z.string(), z.record(z.string(), z.int())) }),
    });
    const env = { DK_DEEP_VALUE: '{"a": {"x": 1, "y": 1}, "b": {"x": 1}}' };
    expect(settingsOf(deep, { toml: "[deep.value.a]\ny = 2\nz = 2", env }).value).toEqual({
      a: { x: 1, y: 2, z: 2 },
      b: { x: 1 },
    });
  });

  test("a table in the file replaces what is none in the environment", () => {
    expect(settingsOf(acme, { toml: '[acme.labels]\na = "1"', env: { DK_ACME_LABELS: "[]" } }).labels).toEqual({
      a: "1",
    });
  });

  test("a table in the file does not hide that the environment's is no JSON", () => {
    expect(problemsOf({ toml: '[acme.labels]\na = "1"', env: { DK_ACME_LABELS: "{" } }, [acme])).toEqual([
      expect.stringMatching(/^DK_ACME_LABELS \[acme\] labels must be JSON text\./),
    ]);
  });

  test("a list in the file replaces the environment's", () => {
    const settings = settingsOf(acme, { toml: '[acme]\njobs = ["file"]', env: { DK_ACME_JOBS: '["environment"]' } });
    expect(settings.jobs).toEqual(["file"]);
  });
});

describe("environment variables", () => {
  test("are found in any case", () => {
    expect(settingsOf(acme, { env: { dk_Acme_nAme: "x" } }).name).toBe("x");
  });

  test("win in upper case over another spelling, in any order", () => {
    expect(settingsOf(acme, { env: { DK_ACME_NAME: "upper", dk_acme_name: "lower" } }).name).toBe("upper");
    expect(settingsOf(acme, { env: { dk_acme_name: "lower", DK_ACME_NAME: "upper" } }).name).toBe("upper");
  });

  test("count as unset when they are empty, of any type", () => {
    const env = { DK_ACME_NAME: "", DK_ACME_PERIOD: "", DK_ACME_VERIFY: "", DK_ACME_JOBS: "", DK_ACME_TOKEN: "" };
    expect(settingsOf(acme, { env })).toEqual(settingsOf(acme, {}));
  });
});

describe("the file", () => {
  function namesFrom(first: string | undefined, second: string | undefined) {
    const workingDirectory = temporaryDirectory();
    const other = temporaryDirectory();
    if (first !== undefined) writeFileSync(join(workingDirectory, "agent.toml"), first);
    if (second !== undefined) writeFileSync(join(other, "agent.toml"), second);
    const sources = readSources({ env: {}, workingDirectory, directories: [workingDirectory, other] });
    const { registry, warnings } = openRegistry({ sources, known: [acme], register: [acme] });
    return { name: registry.lookup(acme).name, file: sources.file?.name, warnings, other };
  }

  test("is the first that exists, even when only the second has the section; a warning says so", () => {
    const { name, file, warnings, other } = namesFrom("", '[acme]\nname = "second"');
    expect({ name, file }).toEqual({ name: "acme", file: "agent.toml" });
    expect(warnings).toEqual([
      `${other}/agent.toml is ignored, because only the first file found is read: agent.toml.`,
    ]);
  });

  test("is the second when the first does not exist, and is called by its whole path", () => {
    const { name, file, warnings, other } = namesFrom(undefined, '[acme]\nname = "second"');
    expect({ name, file, warnings }).toEqual({ name: "second", file: `${other}/agent.toml`, warnings: [] });
  });

  test("is sought in the working directory and in /etc/observability unless told otherwise", () => {
    const workingDirectory = temporaryDirectory({ "agent.toml": '[acme]\nname = "here"' });
    const { file } = readSources({ env: {}, workingDirectory });
    expect(file?.values).toEqual({ acme: { name: "here" } });
  });

  test("is reported when it cannot even be looked at", () => {
    const workingDirectory = `/${"x".repeat(300)}`;
    const { problems } = readSources({ env: {}, workingDirectory, directories: [workingDirectory] });
    expect(problems).toMatchObject([{ where: "agent.toml", message: expect.stringContaining("ENAMETOOLONG") }]);
  });

  test.each<[what: string, make: (path: string) => void, report: string]>([
    [
      "a directory",
      (path) => mkdirSync(path),
      "agent.toml The file cannot be read: it is a directory; Docker makes one when the file to be mounted does not exist on the host (EISDIR). Make it readable, or remove it.",
    ],
    [
      "a link that leads nowhere",
      (path) => symlinkSync("/absent/agent.toml", path),
      "agent.toml The file cannot be read: it is a link to a file that does not exist (ENOENT). Make it readable, or remove it.",
    ],
    [
      "no TOML",
      (path) => writeFileSync(path, '[core]\nname: "x"'),
      "agent.toml:2:5 The file is not valid TOML: illegal character in key. Correct the file there.",
    ],
  ])("is reported, and the next one not read, when it is %s", (_what, make, report) => {
    const workingDirectory = temporaryDirectory();
    const other = temporaryDirectory({ "agent.toml": "[acme]" });
    make(join(workingDirectory, "agent.toml"));
    const sources = readSources({ env: {}, workingDirectory, directories: [workingDirectory, other] });
    expect(() => openRegistry({ sources, known: [acme], register: [acme] })).toThrow(
      expect.objectContaining({ message: `The configuration has a problem:\n  ${report}` }),
    );
  });
});
