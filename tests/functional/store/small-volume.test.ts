import { spawnSync } from "node:child_process";
import { until } from "effection";
import { expect, test } from "../../../testlib/index.ts";
import { startChild } from "./child.ts";

const quote = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");

const MIB = 1024 * 1024;

/** Not every machine lets its users mount: there, the child says itself how much is free. */
const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

test.each([["taken"], ["refused"]] as const)(
  "a volume that is smaller than the store may become has room again once events are %s",
  function* ([fate], { stateDirectory }) {
    const size = 12 * MIB;
    const args = [`${stateDirectory}/store`, fate, ...(canMount ? [] : [String(size)])];
    const child = yield* startChild("small-volume.ts", args, (command) => {
      if (!canMount) return command;
      const mount = `mount -t tmpfs -o size=${size} none ${stateDirectory}`;
      return ["unshare", "-rm", "sh", "-c", `${mount} && exec ${quote(command)}`];
    });
    expect(yield* until(child.exited)).toBe(0);
    const full = "E_STORE_FULL";
    expect(child.lines).toEqual([`full ${full}`, "many true", "waiting 0", `again ${full}`, "kept true"]);
  },
);
