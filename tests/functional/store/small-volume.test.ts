import { spawnSync } from "node:child_process";
import { until } from "effection";
import { expect, test } from "../../../testlib/index.ts";
import { startChild } from "./child.ts";

const quote = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");

/** Not every machine lets its users mount. */
const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

const fates = [["taken"], ["refused"]] as const;

test.each(canMount ? fates : [])(
  "a volume that is smaller than the store may become has room again once events are %s",
  function* ([fate], { stateDirectory }) {
    const child = yield* startChild("small-volume.ts", [`${stateDirectory}/store`, fate], (command) => {
      const mount = `mount -t tmpfs -o size=24m none ${stateDirectory}`;
      return ["unshare", "-rm", "sh", "-c", `${mount} && exec ${quote(command)}`];
    });
    expect(yield* until(child.exited)).toBe(0);
    const full = "E_STORE_FULL";
    expect(child.lines).toEqual([`full ${full}`, "many true", "waiting 0", `again ${full}`, "kept true"]);
  },
);
