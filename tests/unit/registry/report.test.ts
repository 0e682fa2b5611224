import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ConfigurationError, defineConfiguration, openRegistry, problemWith } from "../../../registry/index.ts";
import { acme, problemsOf, site, sourcesOf } from "./support.ts";

test("reports all problems of all sections and sources at once, each with its place", () => {
  const toml = `# agent
[acme]
perod = 5
period = -5
mode = "Manual"
jobs = ["a",
  1, "c"]

[site]
host = ""
`;
  const error = reportOf({ toml, env: { DK_ACME_RETRIES: "10", DK_ACME_VERIFY: "?" } });
  expect(error.code).toBe("E_CONFIGURATION");
  expect(error.message).toBe(`The configuration has 8 problems:
  agent.toml:3:1 [acme] perod is not a key of this section. Did you mean period?
  agent.toml:4:10 [acme] period is -5; it must be more than 0 seconds. Write for example 30, or delete the line to use 5.
  DK_ACME_RETRIES [acme] retries is 10; it must be 9 or less. Correct it, or unset the variable to use 3.
  DK_ACME_VERIFY [acme] verify is "?"; it must be true or false. Correct it, or unset the variable to use true.
  agent.toml:5:8 [acme] mode is "Manual"; it must be "auto" or "manual" (did you mean "manual"?). Correct it, or delete the line to use "auto".
  agent.toml:7:3 [acme] jobs[1] is 1; it must be text in quotes. Write for example ["nightly"], or delete the line to use [].
  agent.toml:10:8 [site] host is ""; it must not be empty. Write for example "example.com".
  missing [site] key is not set. Set key under [site] in agent.toml, or DK_KEY in the environment: Opens the site. Never logged.`);
  expect(error.problems[1]).toEqual({
    where: "agent.toml:4:10",
    section: "acme",
    key: "period",
    message: "period is -5; it must be more than 0 seconds.",
    fix: "Write for example 30, or delete the line to use 5.",
  });
});

function reportOf(
  given: Parameters<typeof sourcesOf>[0],
  problems: Parameters<typeof openRegistry>[0]["problems"] = [],
) {
  try {
    openRegistry({ sources: sourcesOf(given), known: [acme, site], register: [acme, site], problems });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

test("a file that is not TOML hides no problem of the environment, and makes no key missing", () => {
  expect(problemsOf({ toml: "[site\n", env: { DK_HOST: "h", DK_ACME_PERIOD: "x" } }, [acme, site])).toEqual([
    "agent.toml:1:6 The file is not valid TOML: illegal character in key. Correct the file there.",
    'DK_ACME_PERIOD [acme] period is "x"; it must be a number. Write for example 30, or unset the variable to use 5.',
  ]);
});

test("a problem of the caller's comes first and replaces what else there is about that key", () => {
  const toml = '[site]\nhost = ""\nkey = "12345678"';
  const sources = sourcesOf({ toml });
  const problem = problemWith(sources, site, "host", { message: "host is not known.", fix: "Choose another." });
  expect(problem).toMatchObject({ where: "agent.toml:2:8", section: "site", key: "host" });
  const run = () => openRegistry({ sources, known: [acme, site], register: [acme, site], problems: [problem] });
  expect(run).toThrow("The configuration has a problem:\n  agent.toml:2:8 [site] host is not known. Choose another.");
});

test("a problem of the caller's about a key that is not set is at no place", () => {
  const problem = problemWith(sourcesOf({}), site, "host", { message: "m.", fix: "f." });
  expect(problem).toEqual({ where: "missing", section: "site", key: "host", message: "m.", fix: "f." });
});

describe("unknown keys", () => {
  test("are problems in every known section, also in one that this run does not need", () => {
    expect(problemsOf({ toml: '[site]\nhst = "x"\n"what?" = 1' }, [acme], [acme, site])).toEqual([
      "agent.toml:2:1 [site] hst is not a key of this section. Did you mean host?",
      "agent.toml:3:1 [site] what? is not a key of this section. Delete it. [site] has host, key, key_file.",
    ]);
  });

  test("include the path of a file for what is no secret", () => {
    expect(problemsOf({ toml: '[acme]\nname_file = "/x"' }, [acme])).toEqual([
      "agent.toml:2:1 [acme] name_file is not a key of this section. Delete it. [acme] has name, period, retries, verify, mode, jobs, labels, token, token_file.",
    ]);
  });
});

test("values of a section that this run does not need are not checked", () => {
  expect(problemsOf({ toml: "[site]\nhost = 5" }, [acme], [acme, site])).toEqual([]);
});

test("a section must be a table", () => {
  expect(problemsOf({ toml: 'acme = "x"' }, [acme])).toEqual([
    "agent.toml:1:8 [acme] acme must be a table. Write it as [acme].",
  ]);
  expect(problemsOf({ toml: "[[acme]]" }, [acme])).toEqual([
    "agent.toml:1:3 [acme] acme must be a table. Write it as [acme].",
  ]);
});

describe("the place of a value", () => {
  test.each<[what: string, toml: string, where: string]>([
    ["a dotted key", "acme.period = 0", "agent.toml:1:15"],
    ["a quoted key", '[acme]\n"period" = 0', "agent.toml:2:12"],
    ["an inline table", "acme = { name = 'x', period = 0 }", "agent.toml:1:31"],
    ["a key after text on several lines", '[acme]\nname = """\nperiod = 1\n"""\n  period = 0', "agent.toml:5:12"],
  ])("is found for %s", (_what, toml, where) => {
    expect(reportOf({ toml, env: { DK_HOST: "h", DK_KEY: "12345678" } }).problems.map((each) => each.where)).toEqual([
      where,
    ]);
  });

  test("inside a merged table is the source that set the entry", () => {
    const given = { toml: "[acme]\nlabels = { a = 1 }", env: { DK_ACME_LABELS: '{"b": 2}' } };
    expect(problemsOf(given, [acme])).toEqual([
      "DK_ACME_LABELS [acme] labels.b is 2; it must be text in quotes. Correct it, or delete the line to use {}.",
      "agent.toml:2:16 [acme] labels.a is 1; it must be text in quotes. Correct it, or delete the line to use {}.",
    ]);
  });
});

describe("rules about several keys", () => {
  const both = defineConfiguration({
    section: "both",
    envPrefix: "DK_BOTH_",
    schema: z
      .strictObject({ a: z.string().optional(), b: z.string().optional() })
      .refine(({ a, b }) => a === b, { path: ["b"], message: "must be set together with a" })
      .refine(({ a }) => a !== "no", "must not say no"),
  });

  test("are reported at the key they name", () => {
    expect(problemsOf({ toml: '[both]\na = "x"\nb = "y"' }, [both])).toEqual([
      'agent.toml:3:5 [both] b is "y"; it must be set together with a. Correct it.',
    ]);
    expect(problemsOf({ toml: '[both]\na = "x"' }, [both])).toEqual([
      "missing [both] b is not set; it must be set together with a. Set b under [both] in agent.toml, or DK_BOTH_B in the environment.",
    ]);
  });

  test("are reported at the section when they name no key", () => {
    expect(problemsOf({ toml: '\n[both]\na = "no"\nb = "no"' }, [both])).toEqual([
      "agent.toml:2:2 [both] The section must not say no. Correct it.",
    ]);
  });
});

test("many URLs without credentials in one value do not take long", { timeout: 5_000 }, () => {
  const [name] = problemsOf({ toml: `[acme]\nretries = "${"://".repeat(70_000)}"` }, [acme]);
  expect(name).toMatch(/retries is "[:/]{78}…; it must be a number/);
});

test("a long value is cut, and credentials in a URL are masked", () => {
  const long = "x".repeat(200);
  const url = "https://user:pa/ss@host/";
  const [name, mode] = problemsOf({ toml: `[acme]\nmode = "${long}"\nretries = "${url}"` }, [acme]);
  expect(name).toContain('retries is "https://**********@host/"; it must be a number.');
  expect(mode).toContain(`mode is "${"x".repeat(78)}…; it must be`);
});
