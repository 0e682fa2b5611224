import { defineConfig } from "vitest/config";

/** The tests that need a browser run on their own: `make test-browser`. */
const tests = process.env["TESTS"] === "browser" ? "tests/browser" : "tests/{unit,functional}";

export default defineConfig({
  test: {
    include: [`${tests}/**/*.test.ts`],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: { provider: "v8", include: ["agents/**", "framework/**", "registry/**", "toolkit/**", "testlib/**"] },
  },
});
