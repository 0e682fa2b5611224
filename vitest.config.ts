import { statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that need a browser, or a quiet minute, run on their own: `make test-browser`, `make test-load`. */
const suites: Readonly<Record<string, string>> = { browser: "tests/browser", load: "tests/load" };
const tests = suites[process.env["TESTS"] ?? ""] ?? "tests/{unit,functional}";

// Agents that tests start as child processes are up in half the time when Node finds here what it compiled before.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.cache/node");

// In memory, if there is a gigabyte of it: tests make and sync thousands of files, a twentieth of the suite's processor time.
if (isRoomy("/dev/shm", 2 ** 30)) process.env["TMPDIR"] ??= "/dev/shm";

/** They start processes, or run whole agents. */
const LONGEST = /\/tests\/(functional|unit\/agents|unit\/testlib\/source-suite)\//;

/** vitest knows only from the second run on which files take longest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: [`${tests}/**/*.test.ts`],
    // A process of its own would cost most files more than their tests do. A file that leaves something behind fails.
    isolate: false,
    setupFiles: ["tests/setup/leaves-nothing-behind.ts"],
    maxWorkers: availableParallelism() + 2, // some wait: for a child process, or for time to pass
    sequence: { sequencer: LongestFirst },
    fsModuleCache: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { provider: "v8", include: ["agents/**", "framework/**", "registry/**", "toolkit/**", "testlib/**"] },
  },
});

function isRoomy(directory: string, bytes: number): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize > bytes;
  } catch {
    return false;
  }
}
