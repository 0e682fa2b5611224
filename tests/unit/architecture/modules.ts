import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { codeOnly } from "./code-only.ts";

export const root = join(import.meta.dirname, "../../..");

const FOLDERS = ["agents", "framework", "registry", "toolkit", "testlib", "demo", "benchmarks", "docs", "tests"];
/** What an `import`, an `export … from` or an `import()` names. The string is blank in the text that this is matched with. */
const IMPORT = /\b(?:from|import)\s*\(?\s*(["'])( *)\1/g;

/** A source file. All paths are relative to the root of the repository. */
export interface Module {
  readonly path: string;
  /** `toolkit`, `tests` … */
  readonly folder: string;
  /** Without what is in comments, strings, templates and regular expressions. */
  readonly code: string;
  /** The files of ours that it imports, types included. */
  readonly imports: readonly string[];
  /** The packages and built-in modules that it imports. */
  readonly packages: readonly string[];
}

export function readModules(): readonly Module[] {
  const paths = globSync(`{${FOLDERS.join(",")}}/**/*.ts`, { cwd: root });
  return paths.toSorted().map((path) => toModule(path, readFileSync(join(root, path), "utf8")));
}

export function toModule(path: string, source: string): Module {
  const code = codeOnly(source);
  const specifiers = Array.from(code.matchAll(IMPORT), (match) => {
    const end = match.index + match[0].length - 1;
    return source.slice(end - (match[2] ?? "").length, end);
  });
  const own = specifiers.filter((specifier) => specifier.startsWith("."));
  return {
    path,
    folder: path.split("/")[0] ?? "",
    code,
    imports: own.map((specifier) => relative(root, join(root, dirname(path), specifier))),
    packages: specifiers.filter((specifier) => !specifier.startsWith(".")).map(packageName),
  };
}

function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
