import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { parseToml } from "../../../toolkit/index.ts";
import { complaintAbout } from "./agent-toml.ts";
import { linesOf, missingFrom } from "./commands.ts";
import { findDeviation } from "./excerpt.ts";
import { type Block, type Document, type Placed, parseDocument, readDocuments, root } from "./markdown.ts";
import { typeCheck } from "./other-repository.ts";

/** Blocks with this before their file's name show the files of somebody else's repository. */
const OTHER = "your-repository/";

const documents = readDocuments();
/** README.md and the pages in docs/. */
const pages = documents.filter(({ path }) => /^(README|docs\/[^/]+)\.md$/.test(path));
const blocks = pages.flatMap((page) => page.blocks);
const isTaken = ({ language, source }: Block) => (language === "ts" || source !== "") && !source.startsWith(OTHER);
const theirs = blocks.filter(({ source }) => source.startsWith(OTHER));

const read = (path: string) => readFileSync(join(root, path), "utf8");
const isThere = (path: string) => existsSync(join(root, path));
const missing = (command: Placed) =>
  missingFrom(command, (path) => isThere(path) || theirs.some(({ source }) => source === OTHER + path));

test("there is something to look at", () => {
  expect(pages.map(({ path }) => path)).toEqual([
    "README.md",
    "docs/architecture.md",
    "docs/delivery.md",
    "docs/operations.md",
    "docs/overview.md",
    "docs/testing.md",
    "docs/writing-an-agent.md",
  ]);
  expect(blocks.filter(isTaken).length).toBeGreaterThan(10);
});

describe("every block", () => {
  test("with TypeScript, or with the name of a file, is in that file word for word", () => {
    expect(blocks.filter(isTaken).flatMap(deviationsOf)).toEqual([]);
  });

  test("with a file of a repository that uses the package has the right types", () => {
    const files = theirs.filter(({ language }) => language === "ts");
    expect(files.length).toBeGreaterThan(0);
    const mistake = 'import { runAgents } from "observability-agents/framework";\nrunAgents(7);\n';
    const complaints = typeCheck([
      ...files.map(({ source, text }) => ({ path: source.slice(OTHER.length), text })),
      { path: "mistake.ts", text: mistake }, // shows that others would be seen
    ]);
    expect(complaints.match(/^.+: error TS\d+/gm)).toEqual([
      expect.stringMatching(/mistake\.ts\(2,11\): error TS2345/),
    ]);
  });

  test("with TOML is valid, and an agent takes it if it is a whole agent.toml", () => {
    const tomls = blocks.filter(({ language }) => language === "toml");
    for (const { text, where } of tomls) expect(() => parseToml(text, where)).not.toThrow();
    const whole = tomls.filter(({ text, source }) => text.includes("[core]") && !source.startsWith(OTHER));
    const complaints = whole.map(({ where, text }) => [where, complaintAbout(text)]);
    expect(complaints.filter(([, complaint]) => complaint !== undefined)).toEqual([]);
    expect(complaints.length).toBeGreaterThan(0);
  });

  test("with commands names what there is to run", () => {
    const commands = documents.flatMap((each) => each.blocks).filter(({ language }) => language === "sh");
    expect(commands.flatMap(linesOf).flatMap(missing)).toEqual([]);
  });
});

describe("every document", () => {
  test("links to files and headings that are there", () => {
    expect(documents.flatMap(brokenLinksOf)).toEqual([]);
  });

  test("names make targets and programs of ours that are there", () => {
    expect(documents.flatMap(({ codeSpans }) => codeSpans).flatMap(missing)).toEqual([]);
  });

  test("says functions and methods by names that the code has", () => {
    const code = globSync("{tsconfig.json,{agents,framework,registry,toolkit,testlib,tests}/**/*.ts}", { cwd: root })
      .map(read)
      .join();
    const words = new Set(code.match(/\b[a-z]+[A-Z]\w*/g));
    const unknown = ({ where, text }: Placed) =>
      (text.match(/(?<![\w./-])[a-z]+[A-Z]\w*(?![\w/-])/g) ?? [])
        .filter((word) => !words.has(word))
        .map((word) => `${where}: ${word}`);
    expect(pages.flatMap(({ codeSpans }) => codeSpans).flatMap(unknown)).toEqual([]);
  });
});

function deviationsOf({ where, file, line, source, text }: Block): readonly string[] {
  if (source === "") return [`${where}: name the file that this is from, after \`\`\`ts.`];
  if (!isThere(source)) return [`${where}: there is no file ${source}.`];
  const deviation = findDeviation(text, read(source));
  return deviation ? [`${file}:${line + deviation.line}: ${source} has no such line here: ${deviation.text}`] : [];
}

function brokenLinksOf({ path, links, anchors }: Document): readonly string[] {
  return links.flatMap(({ where, text }) => {
    if (/^[a-z]+:/.test(text)) return [];
    const [to = "", anchor] = text.split("#");
    const target = to === "" ? path : normalize(join(dirname(path), to));
    if (!isThere(target)) return [`${where}: there is no ${target}`];
    if (anchor === undefined) return [];
    const known = to === "" ? anchors : documents.find((each) => each.path === target)?.anchors;
    return known?.has(anchor) ? [] : [`${where}: ${target} has no heading #${anchor}`];
  });
}

describe("these tests see what they are to see", () => {
  const source = "a\n  b {\n    c\n\n    d\n  }\ne";

  test.each([
    ["b {\n  c", undefined],
    ["a\n// …\nd\n// …\ne", undefined],
    ["    c\n\n    d", undefined],
    ["b {\n  x\n}", { line: 1, text: "  x" }],
    ["b {\nc", { line: 1, text: "c" }],
    ["e\n// …\na", { line: 2, text: "a" }],
    ["a\ne", { line: 1, text: "e" }],
  ])("whether %j is an excerpt", (excerpt, deviation) => {
    expect(findDeviation(excerpt, source)).toEqual(deviation);
  });

  test("the parts of a document, each with its place", () => {
    const text = "# A `b`, c!\n[x](y.md#z) `[not](a-link)` [u](#v)\n```ts a/b.ts\n# no heading\n```\n## A b c\n";
    expect(parseDocument("d.md", text)).toEqual({
      path: "d.md",
      blocks: [{ where: "d.md:3", file: "d.md", line: 4, language: "ts", source: "a/b.ts", text: "# no heading" }],
      links: [
        { where: "d.md:2", text: "y.md#z" },
        { where: "d.md:2", text: "#v" },
      ],
      codeSpans: [
        { where: "d.md:1", text: "b" },
        { where: "d.md:2", text: "[not](a-link)" },
      ],
      anchors: new Set(["a-b-c", "a-b-c-1"]),
    });
  });

  test("a link to nowhere, to a file and to a heading", () => {
    const text = "# Here\n[a](README.md) [b](nowhere.md) [c](#here) [d](#there) [e](https://example.com/)";
    expect(brokenLinksOf(parseDocument("README.md", text))).toEqual([
      "README.md:2: there is no nowhere.md",
      "README.md:2: README.md has no heading #there",
    ]);
  });

  test("a command that is not there", () => {
    expect(missing({ where: "d.md:1", text: "npm ci && make test DURATION=1 # make nothing" })).toEqual([]);
    expect(missing({ where: "d.md:1", text: "npm ci && make nothing" })).toEqual(["d.md:1: no make target nothing"]);
    expect(missing({ where: "d.md:1", text: "X=1 node agents/nothing.ts --port 1" })).toEqual([
      "d.md:1: no file agents/nothing.ts",
    ]);
    expect(missing({ where: "d.md:1", text: "npx vitest run tests/unit/nothing" })).toEqual([
      "d.md:1: no file tests/unit/nothing",
    ]);
    expect(missing({ where: "d.md:1", text: "npm run nothing" })).toEqual(["d.md:1: no npm script nothing"]);
  });

  test("an agent.toml that no agent takes", () => {
    expect(complaintAbout('[core]\nagent_type = "target_example"')).toContain("[example] target_url is not set");
    expect(complaintAbout('[core]\nagent_type = "nothing"')).toContain("there is no such agent");
    const databricks = '[core]\nagent_type = "databricks"\n[databricks]\n';
    expect(complaintAbout(databricks)).toContain("credentials for the monitored tool are not set");
  });
});
