import { expect, test } from "vitest";
import { z } from "zod";
import { agentTomlSchema, defineConfiguration, exampleFile, settingsTable } from "../../../registry/index.ts";
import { acme, site } from "./support.ts";

test("the table has a row for each setting", () => {
  expect(settingsTable([site, acme])).toBe(`\
| Section | Key | Environment variable | Type | Default | Description |
| --- | --- | --- | --- | --- | --- |
| \`site\` | \`host\` | \`DK_HOST\` | text | required | Where the site is. |
| \`site\` | \`key\` | \`DK_KEY\` | secret text | required | Opens the site. Never logged. |
| \`acme\` | \`name\` | \`DK_ACME_NAME\` | text | \`"acme"\` | Its name. |
| \`acme\` | \`period\` | \`DK_ACME_PERIOD\` | number, more than 0 | \`5\` | Seconds from the start of one poll to the next. |
| \`acme\` | \`retries\` | \`DK_ACME_RETRIES\` | whole number, 0 to 9 | \`3\` |  |
| \`acme\` | \`verify\` | \`DK_ACME_VERIFY\` | true or false | \`true\` |  |
| \`acme\` | \`mode\` | \`DK_ACME_MODE\` | "auto" or "manual" | \`"auto"\` |  |
| \`acme\` | \`jobs\` | \`DK_ACME_JOBS\` | list of text | \`[]\` |  |
| \`acme\` | \`labels\` | \`DK_ACME_LABELS\` | table | \`{}\` |  |
| \`acme\` | \`token\` | \`DK_ACME_TOKEN\` | secret text | not set |  |`);
});

test.each([
  ["number", z.number().nullable()],
  ["whole number, 1 or more", z.int().min(1).nullable()],
  ["text or number", z.union([z.string(), z.number(), z.null()])],
])("a setting that may be null is a %s in the table", (type, schema) => {
  const definition = defineConfiguration({ section: "s", envPrefix: "DK_", schema: z.strictObject({ key: schema }) });
  expect(settingsTable([definition])).toContain(`| \`DK_KEY\` | ${type} |`);
});

test("the example file explains each setting above the line that sets it", () => {
  const [introduction, ...rest] = exampleFile([site]).split("\n\n");
  expect(introduction).toMatch(/^# agent\.toml: every setting there is\./);
  expect(rest.join("\n\n")).toBe(`\
[site]

# Where the site is.
# DK_HOST: text; required.
#host = "example.com"

# Opens the site. Never logged.
# DK_KEY: secret text; required.
#key = ""
`);
});

test("the JSON Schema knows types, defaults and secret files, requires nothing, and refuses unknown keys", () => {
  expect(agentTomlSchema([site, acme])).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      site: {
        additionalProperties: false,
        properties: {
          host: { type: "string", minLength: 1, description: "Where the site is.", examples: ["example.com"] },
          key: { type: "string", minLength: 8, writeOnly: true, description: "Opens the site. Never logged." },
          key_file: { type: "string", description: "Path of a file that holds key." },
        },
      },
      acme: {
        properties: {
          period: { type: "number", exclusiveMinimum: 0, default: 5, examples: [30] },
          retries: { type: "integer", minimum: 0, maximum: 9, default: 3 },
          mode: { enum: ["auto", "manual"], default: "auto" },
          jobs: { type: "array", items: { type: "string" }, maxItems: 3, default: [] },
          labels: { type: "object", additionalProperties: { type: "string" }, default: {} },
        },
      },
    },
  });
  expect(JSON.stringify(agentTomlSchema([site, acme]))).not.toContain('"required"');
});
