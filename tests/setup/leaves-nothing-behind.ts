/**
 * Test files share processes. This runs before and after each of them: one that leaves something behind fails, and not
 * another one, some other day, in some other order.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll } from "vitest";
import { leftBehind, takeFootprint } from "./footprint.ts";

/** What has been told to close may take its time; it mostly takes none. Real time, in ms. */
const LONGEST_CLOSE_MS = 2_000;
const PAUSE_MS = 5;

const before = takeFootprint();

afterAll(async () => {
  const startedAt = performance.now();
  let left = leftBehind(before, takeFootprint());
  while (left.length > 0 && performance.now() - startedAt < LONGEST_CLOSE_MS) {
    await pause(PAUSE_MS);
    left = leftBehind(before, takeFootprint());
  }
  if (left.length > 0) {
    throw new Error(`This file leaves something behind for those that run after it. ${left.join(" ")}`);
  }
});
