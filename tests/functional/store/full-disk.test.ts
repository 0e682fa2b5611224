import { spawnSync } from "node:child_process";
import { until } from "effection";
import { expect, test } from "../../../testlib/index.ts";
import { startChild } from "./child.ts";

interface Disk {
  readonly name: string;
  readonly code: string;
  /** Runs a command with little room in a directory. */
  wrap(command: readonly string[], directory: string): readonly string[];
  /** Run by what runs there. */
  readonly makeRoom: readonly string[];
}

const quote = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");

/** Files must not become larger than that, 3 MiB, as if the disk failed. */
const limited: Disk = {
  name: "a file must not grow",
  code: "E_STORE_IO",
  wrap: (command) => ["bash", "-c", `trap '' XFSZ; ulimit -S -f 3072; ${quote(command)}`],
  makeRoom: ["bash", "-c", "prlimit --pid $PPID --fsize=unlimited:"],
};

/** Not every machine lets its users mount. */
const small = (directory: string): Disk => ({
  name: "the disk is full",
  code: "E_STORE_FULL",
  wrap: (command) => {
    return ["unshare", "-rm", "sh", "-c", `mount -t tmpfs -o size=3m none ${directory} && exec ${quote(command)}`];
  },
  makeRoom: ["mount", "-o", "remount,size=32m", directory],
});
const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

const disks = [() => limited, ...(canMount ? [small] : [])].map((disk) => [disk("/").name, disk] as const);

test.each(disks)(
  "when %s, a commit does nothing and says why, and works again as soon as it can",
  function* ([, diskOf], { stateDirectory }) {
    const disk = diskOf(stateDirectory);
    const args = [`${stateDirectory}/store`, ...disk.makeRoom];
    const child = yield* startChild("fill.ts", args, (command) => disk.wrap(command, stateDirectory));
    expect(yield* until(child.exited)).toBe(0);
    const full = `still full ${disk.code}`;
    expect(child.lines).toEqual([`full ${disk.code}`, "whole true", full, full, full, "whole true", "done"]);
  },
);
