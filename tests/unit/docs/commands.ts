import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Block, type Placed, root } from "./markdown.ts";

export function linesOf({ file, line, text }: Block): readonly Placed[] {
  return text.split("\n").map((each, index) => ({ where: `${file}:${line + index}`, text: each }));
}

/** What a line of commands needs and the repository does not have. */
export function missingFrom({ where, text }: Placed, isFile: (path: string) => boolean): readonly string[] {
  const commands = text.replace(/(^|\s)#.*/, "").split(/&&|\|\||[;|&]/);
  return commands.flatMap((each) => missingFromCommand(each.trim(), isFile)).map((missing) => `${where}: ${missing}`);
}

function missingFromCommand(command: string, isFile: (path: string) => boolean): readonly string[] {
  const [program = "", ...args] = command.replace(/^(?:\w+=\S* )+|^npx /, "").split(/\s+/);
  switch (program) {
    case "make":
      return targetsIn(args)
        .filter((name) => !makeTargets().has(name))
        .map((name) => `no make target ${name}`);
    case "npm":
      return scriptsIn(args)
        .filter((name) => !npmScripts().has(name))
        .map((name) => `no npm script ${name}`);
    case "node":
    case "vitest":
      return args
        .filter((arg) => /^[\w./]+\.(?:ts|js)$|^tests\//.test(arg) && !isFile(arg))
        .map((path) => `no file ${path}`);
    default:
      return [];
  }
}

function targetsIn(args: readonly string[]): readonly string[] {
  return args.slice(0, 1).filter((arg) => /^[a-z-]+$/.test(arg));
}

function scriptsIn([first = "", second = ""]: readonly string[]): readonly string[] {
  if (first === "run") return [second];
  return first === "start" || first === "test" ? [first] : [];
}

function makeTargets(): ReadonlySet<string> {
  return new Set(Array.from(read("Makefile").matchAll(/^([\w-]+):/gm), ([, name = ""]) => name));
}

function npmScripts(): ReadonlySet<string> {
  const { scripts } = z.object({ scripts: z.looseObject({}) }).parse(JSON.parse(read("package.json")));
  return new Set(Object.keys(scripts));
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
