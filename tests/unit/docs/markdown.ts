import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../../..");

/** Something in a document, with where it is: `docs/overview.md:12`. */
export interface Placed {
  readonly where: string;
  readonly text: string;
}

export interface Block extends Placed {
  readonly file: string;
  /** The line of its first line of text. */
  readonly line: number;
  /** `ts`, `toml` …; empty for none. */
  readonly language: string;
  /** What follows the language: the file that the block is taken from. */
  readonly source: string;
}

export interface Document {
  readonly path: string;
  readonly blocks: readonly Block[];
  /** Targets of links outside of blocks. */
  readonly links: readonly Placed[];
  /** What is between single backticks. */
  readonly codeSpans: readonly Placed[];
  /** The fragments that lead to its headings. */
  readonly anchors: ReadonlySet<string>;
}

const CODE_SPAN = /`([^`]+)`/g;
const LINK = /\]\(([^)\s]+)\)/g;

/** The documents of the repository, as somebody finds them who has just cloned it. */
export function readDocuments(): readonly Document[] {
  const paths = globSync("**/*.md", { cwd: root, exclude: ["node_modules", "dist", "coverage"] });
  return paths.toSorted().map((path) => parseDocument(path, readFileSync(join(root, path), "utf8")));
}

export function parseDocument(path: string, text: string): Document {
  const blocks: Block[] = [];
  const prose: Placed[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const opening = /^```(\w*) ?(.*)$/.exec(lines[at] ?? "");
    if (opening === null) {
      prose.push({ where: `${path}:${at + 1}`, text: lines[at] ?? "" });
      continue;
    }
    const end = lines.indexOf("```", at + 1);
    if (end < 0) throw new Error(`${path}:${at + 1}: this block has no end.`);
    const [, language = "", source = ""] = opening;
    const content = lines.slice(at + 1, end).join("\n");
    blocks.push({
      where: `${path}:${at + 1}`,
      file: path,
      line: at + 2,
      language,
      source: source.trim(),
      text: content,
    });
    at = end;
  }
  return {
    path,
    blocks,
    links: prose.flatMap(({ where, text }) => matchesOf(LINK, text.replaceAll(CODE_SPAN, ""), where)),
    codeSpans: prose.flatMap(({ where, text }) => matchesOf(CODE_SPAN, text, where)),
    anchors: anchorsOf(prose),
  };
}

function matchesOf(pattern: RegExp, text: string, where: string): readonly Placed[] {
  return Array.from(text.matchAll(pattern), ([, found = ""]) => ({ where, text: found }));
}

/** As GitHub makes them: lower case, without punctuation, hyphens for blanks, a number for each repeat. */
function anchorsOf(prose: readonly Placed[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { text } of prose) {
    const heading = /^#+ (.*)$/.exec(text)?.[1];
    if (heading === undefined) continue;
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    let anchor = name;
    for (let repeat = 1; anchors.has(anchor); repeat++) anchor = `${name}-${repeat}`;
    anchors.add(anchor);
  }
  return anchors;
}
