import { expect, test } from "vitest";
import { acme, open, site } from "./support.ts";

const warningsOf = (given: Parameters<typeof open>[0]) => open(given, [acme], [acme, site]).warnings;

test("warns of sections that nothing reads, with the nearest name", () => {
  expect(warningsOf({ toml: "[acm]\nperiod = 1\n\n[something_else]" })).toEqual([
    "agent.toml:1:2 [acm] is ignored; nothing reads it. Did you mean [acme]?",
    "agent.toml:4:2 [something_else] is ignored; nothing reads it.",
  ]);
});

test("warns of a key outside its section", () => {
  expect(warningsOf({ toml: "period = 1\nother = 2" })).toEqual([
    "agent.toml:1:1 period is ignored; it belongs under [acme].",
    "agent.toml:2:1 [other] is ignored; nothing reads it.",
  ]);
});

test("warns of DK_ variables that nothing reads, with the nearest name", () => {
  const env = { DK_ACME_PERIODS: "1", dk_acme_token_fil: "/x", DK_FOO: "1" };
  expect(warningsOf({ env })).toEqual([
    "DK_ACME_PERIODS is ignored; nothing reads it. Did you mean DK_ACME_PERIOD?",
    "dk_acme_token_fil is ignored; nothing reads it. Did you mean DK_ACME_TOKEN_FILE?",
    "DK_FOO is ignored; nothing reads it.",
  ]);
});

test("says nothing of empty variables, those of other programs, and those of other sections", () => {
  expect(warningsOf({ env: { DK_FOO: "", PATH: "/bin", DKX: "1", DK_HOST: "h", DK_KEY_FILE: "/k" } })).toEqual([]);
});

test("says nothing of the sections of other agents", () => {
  expect(warningsOf({ toml: '[site]\nhost = "h"' })).toEqual([]);
});
