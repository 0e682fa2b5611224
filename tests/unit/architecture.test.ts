import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { codeOnly } from "./architecture/code-only.ts";
import { type Module, readModules, root, toModule } from "./architecture/modules.ts";
import {
  againstTheDirection,
  findCycle,
  fromAnotherAgent,
  pastAnIndex,
  placesOf,
  yieldsInFinally,
} from "./architecture/rules.ts";

const modules = readModules();
const isFile = (path: string) => existsSync(join(root, path));
const inFolders = (...folders: readonly string[]) => modules.filter(({ folder }) => folders.includes(folder));
/** What runs at our users', and what they test their own agents with. */
const shipped = inFolders("agents", "framework", "registry", "toolkit", "testlib");

test("there is something to look at", () => {
  expect(shipped.length).toBeGreaterThan(100);
  expect(modules.flatMap(({ imports }) => imports).filter((path) => !isFile(path))).toEqual([]);
});

describe("imports", () => {
  test("point one way: agents → framework → registry → toolkit; testlib is for tests, demo and benchmarks", () => {
    expect(modules.flatMap(againstTheDirection)).toEqual([]);
  });

  test("do not lead from one agent to another", () => {
    expect(modules.flatMap(fromAnotherAgent)).toEqual([]);
  });

  test("enter a folder that has an index.ts through it", () => {
    expect(modules.flatMap((module) => pastAnIndex(module, isFile))).toEqual([]);
  });

  test("form no cycle", () => {
    expect(findCycle(modules)).toBeUndefined();
  });

  test("of what is shipped name only packages that come with it", () => {
    const Manifest = z.object({
      dependencies: z.record(z.string(), z.string()),
      peerDependencies: z.record(z.string(), z.string()),
      peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })),
    });
    const { dependencies, peerDependencies, peerDependenciesMeta } = Manifest.parse(
      JSON.parse(readFileSync(join(root, "package.json"), "utf8")),
    );
    const missingFrom = (known: object, { path, packages }: Module) =>
      packages.filter((name) => !isBuiltin(name) && !(name in known)).map((name) => `${path} imports ${name}`);
    const own = inFolders("agents", "framework", "registry", "toolkit");
    const optional = new Set(Object.keys(peerDependenciesMeta));
    const always = Object.entries({ ...dependencies, ...peerDependencies }).filter(([name]) => !optional.has(name));
    expect(own.flatMap((module) => missingFrom(Object.fromEntries(always), module))).toEqual([]);
    const forTests = inFolders("testlib");
    expect(forTests.flatMap((module) => missingFrom({ ...dependencies, ...peerDependencies }, module))).toEqual([]);
  });
});

describe("no source has", () => {
  test("a yield* in a finally, which loses halts", () => {
    expect(shipped.flatMap(yieldsInFinally)).toEqual([]);
  });

  test.each([
    ["a default export", /\bexport\s+default\b/g],
    ["a cast to any", /\bas\s+any\b/g],
    ["a variable at the top level", /^(?:export\s+)?(?:let|var)\b/gm],
    [
      "an empty collection at the top level, there to be filled",
      /^(?:export )?const .*= (?:new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\)|\[\]);/gm,
    ],
    ["AbortSignal.timeout, which no test clock reaches", /\bAbortSignal\s*\.\s*timeout\b/g],
  ])("%s", (_what, pattern) => {
    expect(shipped.flatMap((module) => placesOf(module, pattern))).toEqual([]);
  });

  test("an import of node:timers, whose functions no test clock reaches, but the clock itself", () => {
    const importers = shipped.filter(({ packages }) => packages.some((name) => /^(?:node:)?timers\b/.test(name)));
    expect(importers.map(({ path }) => path).filter((path) => !path.startsWith("testlib/clock/"))).toEqual([]);
  });
});

describe("these rules see what they are to see", () => {
  const importing = (path: string, ...imports: readonly string[]) => ({ ...toModule(path, ""), imports });

  test.each([
    ["toolkit/a.ts", "registry/index.ts"],
    ["registry/a.ts", "framework/index.ts"],
    ["framework/a.ts", "agents/index.ts"],
    ["agents/x/a.ts", "testlib/index.ts"],
    ["testlib/a.ts", "agents/index.ts"],
  ])("the direction: %s must not import %s", (path, to) => {
    expect(againstTheDirection(importing(path, to))).toEqual([`${path} imports ${to}`]);
  });

  test("another agent", () => {
    expect(fromAnotherAgent(importing("agents/x/a.ts", "agents/y/b.ts", "agents/x/c.ts"))).toEqual([
      "agents/x/a.ts imports agents/y/b.ts",
    ]);
  });

  test("a way past an index.ts, from outside of its folder only", () => {
    const indexes = new Set(["framework/index.ts", "framework/core/index.ts"]);
    const past = (path: string, to: string) => pastAnIndex(importing(path, to), (file) => indexes.has(file)).length > 0;
    expect(past("agents/x/a.ts", "framework/core/settle.ts")).toBe(true);
    expect(past("agents/x/a.ts", "framework/version.ts")).toBe(true);
    expect(past("framework/http/a.ts", "framework/core/scopes/alarm.ts")).toBe(true);
    expect(past("tests/unit/agents/x/a.test.ts", "framework/core/settle.ts")).toBe(true);
    expect(past("agents/x/a.ts", "framework/core/index.ts")).toBe(false);
    expect(past("framework/http/a.ts", "framework/version.ts")).toBe(false);
    expect(past("framework/core/a.ts", "framework/core/scopes/alarm.ts")).toBe(false);
    expect(past("tests/unit/framework/core/a.test.ts", "framework/core/settle.ts")).toBe(false);
  });

  test("a cycle, wherever it begins", () => {
    const cycle = [importing("a.ts", "b.ts"), importing("b.ts", "c.ts", "d.ts"), importing("d.ts", "b.ts")];
    expect(findCycle(cycle)).toEqual(["b.ts", "d.ts", "b.ts"]);
    expect(findCycle(cycle.slice(0, 2))).toBeUndefined();
  });

  test("imports of every form, and not what only looks like one", () => {
    const source = `
      import type { A } from "./a.ts";
      import {
        b,
      } from '../b.ts';
      import "./c.ts";
      export * from "./d.ts";
      const e = () => import("./e.ts");
      import { z } from "zod/mini";
      // import { no } from "./comment.ts";
      const text = 'import { no } from "./string.ts"';
    `;
    expect(toModule("x/y/z.ts", source)).toMatchObject({
      imports: ["x/y/a.ts", "x/b.ts", "x/y/c.ts", "x/y/d.ts", "x/y/e.ts"],
      packages: ["zod"],
    });
  });

  test("a yield* in a finally, at any depth, and no other", () => {
    const source = [
      "try { yield* a(); } finally {",
      "  if (open) { close(`}`); }",
      "  while (more) { yield* next(); } // }",
      "}",
      "yield* after();",
    ].join("\n");
    expect(yieldsInFinally(toModule("x.ts", source))).toEqual(["x.ts:3"]);
  });

  test.each([
    ["a // b", "a     "],
    ["a /* b\n */ c", "a     \n    c"],
    ['"x\\"y" + \'z\'', "\"    \" + ' '"],
    [`\`a\${b + \`c\${d}\`}e\` + f`, "`  {b + `  {d}`} ` + f"],
    ['x = /[/]"/g; y / 2 / z', "x =        ; y / 2 / z"],
    [`({ a: \`\${{ b }}\` })`, "({ a: ` {{ b }}` })"],
  ])("what is code in %j", (source, code) => {
    expect(codeOnly(source)).toBe(code);
  });
});
