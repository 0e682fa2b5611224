import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { root } from "./markdown.ts";

export interface OtherFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Type-checks files of a repository that uses our package, with our sources in its place.
 * @returns what tsc has to say; empty when all is well
 */
export function typeCheck(files: readonly OtherFile[]): string {
  const directory = mkdtempSync(join(tmpdir(), "other-repository-"));
  try {
    symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    for (const { path, text } of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const tsconfig = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: { paths: Object.fromEntries(packageExports().map(([name, source]) => [name, [source]])) },
      include: files.map(({ path }) => path),
    };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(tsconfig));
    return run(join(root, "node_modules/.bin/tsc"), ["--noEmit", "-p", directory]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What the package exports, by name, and the source of it. */
function packageExports(): readonly (readonly [name: string, source: string])[] {
  const Manifest = z.object({ exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string() })])) });
  const { exports } = Manifest.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  return Object.entries(exports).flatMap(([name, target]) => {
    if (typeof target === "string") return [];
    const source = target.types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts");
    return [[name.replace(".", "observability-agents"), join(root, source)] as const];
  });
}

function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    if (error instanceof Error && "stdout" in error && error.stdout) return String(error.stdout);
    throw error;
  }
}
