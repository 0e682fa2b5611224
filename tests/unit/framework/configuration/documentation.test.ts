import { expect, test } from "vitest";
import { agentTomlSchema, exampleFile, openRegistry, settingsTable } from "../../../../registry/index.ts";
import { known, metaOf, sourcesOf } from "./support.ts";

const fields = known.flatMap(({ fields, ...of }) => fields.map((field) => ({ ...of, ...field })));

test("every setting has a description that is a sentence, and an example that is valid", () => {
  for (const { section, key, schema } of fields) {
    const { description, examples } = metaOf(schema);
    expect.soft(description, `${section}.${key}`).toMatch(/^[A-Z].*\.$/s);
    expect
      .soft(schema.safeParse(Array.isArray(examples) ? examples[0] : undefined).success, `${section}.${key}`)
      .toBe(true);
  }
});

test("the example file as it is sets nothing: what is required is missing, and nothing is wrong", () => {
  const sources = sourcesOf({ toml: exampleFile(known) });
  const required = fields.filter(({ schema, optional }) => !optional && !schema.safeParse(undefined).success);
  const problems = required.map(({ key }) => expect.objectContaining({ where: "missing", key }));
  expect(() => openRegistry({ sources, known, register: known })).toThrow(expect.objectContaining({ problems }));
});

test("the example file with every line in force is a valid configuration", () => {
  const toml = exampleFile(known).replaceAll(/^#(?=\w)/gm, "");
  const { registry, warnings } = openRegistry({ sources: sourcesOf({ toml }), known, register: known });
  expect(warnings).toEqual([]);
  for (const configuration of known) expect(registry.available(configuration)).toBe(true);
});

test("the table names every setting and its variable", () => {
  const rows = settingsTable(known).split("\n").slice(2);
  expect(rows).toHaveLength(fields.length);
  for (const [index, { section, key, envName }] of fields.entries()) {
    expect(rows[index]).toContain(`| \`${section}\` | \`${key}\` | \`${envName}\` |`);
  }
});

test("the JSON Schema has every section", () => {
  expect(agentTomlSchema(known)).toMatchObject({
    properties: Object.fromEntries(known.map(({ section }) => [section, { type: "object" }])),
  });
});
