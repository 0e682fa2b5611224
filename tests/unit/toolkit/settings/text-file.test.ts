import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readTextFile } from "../../../../toolkit/index.ts";

const directory = mkdtempSync(join(tmpdir(), "text-file-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("gives the text of a UTF-8 file, without a byte order mark", () => {
  const path = join(directory, "text");
  writeFileSync(path, "\ufeffgrüße\n");
  expect(readTextFile(path)).toEqual({ text: "grüße\n" });
});

test("gives undefined for a file that does not exist", () => {
  expect(readTextFile(join(directory, "absent"))).toBeUndefined();
});

test("says that a directory is one, as Docker makes them for missing files", () => {
  const path = join(directory, "folder");
  mkdirSync(path);
  expect(readTextFile(path)).toEqual({
    unreadable: "it is a directory; Docker makes one when the file to be mounted does not exist on the host (EISDIR)",
  });
});

test("says that a link leads nowhere rather than that there is no file", () => {
  const path = join(directory, "link");
  symlinkSync(join(directory, "absent"), path);
  expect(readTextFile(path)).toEqual({ unreadable: "it is a link to a file that does not exist (ENOENT)" });
});

test("refuses bytes that are not UTF-8", () => {
  const path = join(directory, "utf16");
  writeFileSync(
    path,
    Buffer.from("[core]\n", "utf16le").map((byte) => byte || 0xff),
  );
  expect(readTextFile(path)).toEqual({ unreadable: "it is not UTF-8 text" });
});
