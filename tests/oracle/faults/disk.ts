import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensure, type Operation } from "effection";
import { AgentError } from "../../../toolkit/index.ts";
import { DISK_FULL } from "../checker/history.ts";
import type { PhaseKind } from "./phases.ts";

/** The disk that the agent's state is on. */
export interface SmallDisk {
  readonly directory: string;
  /** How it gets full. */
  readonly how: "tmpfs" | "file size limit";
  readonly full: PhaseKind;
  /** To be told of each life's beginning and end: it may begin while the disk is full. */
  usedBy(pid: number | undefined): void;
}

const DISK_MIB = 24;

/**
 * A disk that can be filled: a small file system of its own where that is allowed (root), and otherwise, on any Linux, a
 * limit of the kernel's on the size of what the agent writes. It ends with the scope.
 * @throws {AgentError} `E_ORACLE_DISK` where there is neither
 */
export function* useSmallDisk(ways: readonly SmallDisk["how"][] = ["tmpfs", "file size limit"]): Operation<SmallDisk> {
  const directory = mkdtempSync(join(tmpdir(), "oracle-disk-"));
  const remove = () => {
    run("umount", "-l", directory);
    rmSync(directory, { recursive: true, force: true });
  };
  yield* ensure(() => {
    process.off("exit", remove);
    remove();
  });
  process.on("exit", remove); // also when this process is ended without ending its scopes
  if (ways.includes("tmpfs") && mount(directory)) return smallTmpfs(directory);
  if (ways.includes("file size limit") && run("prlimit", "--version")) return limitedFiles(directory);
  throw new AgentError("E_ORACLE_DISK", "Cannot make the disk full here: neither `mount` nor `prlimit` works.");
}

function mount(directory: string): boolean {
  return run("mount", "-t", "tmpfs", "-o", `size=${DISK_MIB}m,mode=700`, "oracle", directory);
}

function smallTmpfs(directory: string): SmallDisk {
  const ballast = join(directory, "ballast");
  const full: PhaseKind = {
    what: DISK_FULL,
    *begin(): Operation<void> {
      fill(ballast);
    },
    *end(): Operation<void> {
      rmSync(ballast, { force: true });
    },
  };
  return { directory, how: "tmpfs", full, usedBy() {} };
}

/** Down to the last byte. */
function fill(path: string): void {
  for (let bytes = 1024 * 1024; bytes > 0; bytes = Math.floor(bytes / 2)) {
    try {
      while (true) writeFileSync(path, Buffer.alloc(bytes), { flag: "a" });
    } catch {
      // no space left for so much at once
    }
  }
}

function limitedFiles(directory: string): SmallDisk {
  let pid: number | undefined;
  let isFull = false;
  // The soft limit alone: the hard one could not be raised again.
  const limit = () => pid !== undefined && run("prlimit", "--pid", String(pid), `--fsize=${isFull ? 0 : "unlimited"}:`);
  const full: PhaseKind = {
    what: DISK_FULL,
    *begin(): Operation<void> {
      isFull = true;
      limit();
    },
    *end(): Operation<void> {
      isFull = false;
      limit();
    },
  };
  return {
    directory,
    how: "file size limit",
    full,
    usedBy(newPid) {
      pid = newPid;
      if (isFull) limit();
    },
  };
}

function run(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
