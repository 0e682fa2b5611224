import { spawnSync } from "node:child_process";
import { statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { usableDirectory } from "../../../../framework/delivery/usable-directory.ts";
import { expect, test } from "../../../../testlib/index.ts";
import { useLogger } from "../../../../toolkit/index.ts";

const SOURCE = join(import.meta.dirname, "../../../../framework/delivery/usable-directory.ts");

test("a directory is made with all those above it, for this user only", function* ({ stateDirectory, log }) {
  const directory = join(stateDirectory, "a/b/c");
  expect(usableDirectory(directory, yield* useLogger())).toBe(directory);
  expect([directory, join(stateDirectory, "a")].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  expect(log.lines).toEqual([]);
});

test.each([
  ["below a file", "file/x", /ENOTDIR/],
  ["at a link that leads nowhere", "link", /EEXIST/],
  ["at a file", "file", /It is not a directory\./],
] as const)(
  "one that cannot be made is not used, and the log says why: %s",
  function* ([, path, problem], { stateDirectory, log }) {
    writeFileSync(join(stateDirectory, "file"), "");
    symlinkSync("nowhere", join(stateDirectory, "link"));
    expect(usableDirectory(join(stateDirectory, path), yield* useLogger())).toBeUndefined();
    expect(log.lines).toMatchObject([{ level: "warn", problem: expect.stringMatching(problem) }]);
  },
);

test("is given up at once where nothing can be made", function* () {
  // In a process of its own: what is wrong here would never come back.
  const script = `const { usableDirectory } = await import(${JSON.stringify(SOURCE)});
    usableDirectory("/proc/none/here", { warn: ({ problem }) => console.log(problem) });`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(stdout).toContain("ENOENT");
});
