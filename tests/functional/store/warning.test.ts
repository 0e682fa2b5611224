import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("load-sqlite.ts", import.meta.url));

test("a warning of SQLite being experimental is left out, and no other", () => {
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  expect(stdout).toBe("restored true\n");
  expect(stderr).toContain("Something else is about to change");
  expect(stderr).not.toContain("SQLite");
});
