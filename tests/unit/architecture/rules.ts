import { dirname } from "node:path";
import type { Module } from "./modules.ts";

/** What each top-level folder may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  toolkit: [],
  registry: ["toolkit"],
  framework: ["registry", "toolkit"],
  agents: ["framework", "registry", "toolkit"],
  testlib: ["framework", "registry", "toolkit"],
  docs: ["agents", "framework", "registry", "toolkit"],
  demo: ["agents", "framework", "registry", "toolkit", "testlib"],
  benchmarks: ["agents", "framework", "registry", "toolkit", "testlib"],
  tests: ["agents", "framework", "registry", "toolkit", "testlib", "demo", "benchmarks", "docs"],
};

/** Leaves that need nothing of their folder: who throws an error does not load the logger. */
const IMPORTED_DIRECTLY = new Set(["toolkit/errors.ts", "toolkit/json.ts"]);

export function againstTheDirection({ path, folder, imports }: Module): readonly string[] {
  const allowed = [folder, ...(MAY_IMPORT[folder] ?? [])];
  return imports.filter((to) => !allowed.some((top) => to.startsWith(`${top}/`))).map((to) => `${path} imports ${to}`);
}

export function fromAnotherAgent({ path, imports }: Module): readonly string[] {
  const own = /^agents\/[^/]+\//.exec(path)?.[0];
  if (own === undefined) return [];
  return imports.filter((to) => to.startsWith("agents/") && !to.startsWith(own)).map((to) => `${path} imports ${to}`);
}

/** A folder with an `index.ts` is entered through it, or through the one of a folder in it. */
export function pastAnIndex({ path, imports }: Module, isFile: (path: string) => boolean): readonly string[] {
  const entered = (to: string) => foldersOf(to).filter((folder) => !isInside(path, folder));
  const isPast = (to: string) =>
    !to.endsWith("/index.ts") &&
    !IMPORTED_DIRECTLY.has(to) &&
    entered(to).some((folder) => isFile(`${folder}/index.ts`));
  return imports.filter(isPast).map((to) => `${path} imports ${to}`);
}

/** Unit tests are inside of what they test: `tests/unit/toolkit/…` inside of `toolkit`. */
function isInside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) || path.startsWith(`tests/unit/${folder.split("/")[0]}/`);
}

/** The folders that a file is in, the outermost first. */
function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [] : [...foldersOf(folder), folder];
}

/** A way along imports from a module back to itself, if there is one. */
export function findCycle(modules: readonly Module[]): readonly string[] | undefined {
  const importsOf = new Map(modules.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    done.add(path);
    return firstOf(importsOf.get(path) ?? [], (to) => visit(to, [...way, path]));
  };
  return firstOf([...importsOf.keys()], (path) => visit(path, []));
}

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Places in the code that match. */
export function placesOf({ path, code }: Module, pattern: RegExp): readonly string[] {
  return Array.from(code.matchAll(pattern), ({ index }) => placeAt(path, code, index));
}

/** Each `yield*` between the braces of a `finally`. */
export function yieldsInFinally({ path, code }: Module): readonly string[] {
  return Array.from(code.matchAll(/\bfinally\s*\{/g)).flatMap(({ index, 0: opening }) => {
    const start = index + opening.length;
    const block = code.slice(start, endOfBlock(code, start));
    return Array.from(block.matchAll(/\byield\b/g), (match) => placeAt(path, code, start + match.index));
  });
}

/** @param start after the brace that opens it */
function endOfBlock(code: string, start: number): number {
  let depth = 1;
  for (let at = start; at < code.length; at++) {
    if (code[at] === "{") depth++;
    if (code[at] === "}") depth--;
    if (depth === 0) return at;
  }
  return code.length;
}

function placeAt(path: string, code: string, index: number): string {
  return `${path}:${code.slice(0, index).split("\n").length}`;
}
