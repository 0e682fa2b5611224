import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Seconds of random work: last, since a mutant is dead once one test fails, and most die of the quick ones. */
const SLOW = /conformance|halt-at-any-moment|-storm|-reference/;

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => Number(SLOW.test(a.moduleId)) - Number(SLOW.test(b.moduleId)));
  }
}

/** The tests that have to notice a mutant of framework/core, in one worker: `npm run mutate`. */
// biome-ignore lint/style/noDefaultExport: vitest asks for it
export default defineConfig({
  test: {
    include: ["tests/unit/framework/core/**/*.test.ts"],
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    sequence: { sequencer: QuickFirst },
  },
});
