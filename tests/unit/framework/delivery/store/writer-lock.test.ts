import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { describe, expect } from "../../../../../testlib/index.ts";
import { UnrecoverableError } from "../../../../../toolkit/index.ts";
import { commit, event, numbers, QUEUED_AT, test } from "./support.ts";

const Owner = z.object({ pid: z.number(), host: z.string(), startedAt: z.iso.datetime() });

/** What a second opening throws. */
function refusalOf(open: () => unknown): unknown {
  try {
    open();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a store that is open", () => {
  test("cannot be opened a second time; the error says who has it and what to do", function* ({
    open,
    stateDirectory,
  }) {
    open();
    const refusal = refusalOf(open);
    expect(refusal).toBeInstanceOf(UnrecoverableError);
    expect(refusal).toMatchObject({
      code: "E_STATE_DIR_IN_USE",
      message: expect.stringMatching(
        `^The state directory ${stateDirectory} is in use by process ${process.pid} on ${hostname()}, since .+Z\\. Stop that agent first`,
      ),
    });
  });

  test("can be opened by the next one when it is closed", function* ({ open }) {
    open().close();
    open().close();
    commit(open(), [event(1)]);
  });

  test("names its owner for people", function* ({ open, stateDirectory }) {
    open();
    const owner = Owner.parse(JSON.parse(readFileSync(join(stateDirectory, "owner.json"), "utf8")));
    expect(owner).toMatchObject({ pid: process.pid, host: hostname() });
  });

  test.each([["not JSON"], ["{}"], ["null"]] as const)(
    "is refused to others whatever owner.json says: %s",
    function* ([text], { open, stateDirectory }) {
      open();
      writeFileSync(join(stateDirectory, "owner.json"), text);
      expect(refusalOf(open)).toMatchObject({ message: expect.stringContaining("is in use by another process.") });
    },
  );

  test("takes the lock again when somebody has removed it", function* ({ open, stateDirectory }) {
    const store = open();
    rmSync(join(stateDirectory, "lock"));
    store.maintain(QUEUED_AT);
    expect(refusalOf(open)).toMatchObject({ code: "E_STATE_DIR_IN_USE" });
    expect(commit(store, [event(1)])).toEqual([1]);
  });

  test("says so when somebody has removed the lock and another process has come in", function* ({
    open,
    stateDirectory,
  }) {
    const store = open();
    for (const file of ["lock", "outbox.db", "outbox.db-wal", "outbox.db-shm"]) rmSync(join(stateDirectory, file));
    const other = open();
    expect(refusalOf(() => store.maintain(QUEUED_AT))).toMatchObject({ code: "E_STATE_DIR_IN_USE" });
    commit(other, [event(1)]);
    expect(numbers(other)).toEqual([1]);
  });
});

describe("what a crash leaves behind is no lock", () => {
  test("an owner.json of a process that lives, but is another one by now", function* ({ open, stateDirectory }) {
    const left = { pid: process.ppid, host: hostname(), startedAt: "2026-01-01T00:00:00Z" };
    writeFileSync(join(stateDirectory, "owner.json"), JSON.stringify(left));
    writeFileSync(join(stateDirectory, "lock"), "");
    open();
    const owner = Owner.parse(JSON.parse(readFileSync(join(stateDirectory, "owner.json"), "utf8")));
    expect(owner.pid).toBe(process.pid);
  });

  test("a lock file with something in it", function* ({ open, stateDirectory }) {
    writeFileSync(join(stateDirectory, "lock"), "what is this? ".repeat(100));
    open();
    expect(refusalOf(open)).toMatchObject({ code: "E_STATE_DIR_IN_USE" });
  });
});

test("the lock leaves no journal behind", function* ({ open, stateDirectory }) {
  open();
  expect(existsSync(join(stateDirectory, "lock-journal"))).toBe(false);
});
