import { once } from "node:events";
import { createServer } from "node:net";
import { setImmediate as turnOfTheEventLoop } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { leftBehind, takeFootprint } from "../../setup/footprint.ts";

describe("what a test file leaves behind", () => {
  test("is nothing when nothing has happened", () => {
    expect(leftBehind(takeFootprint(), takeFootprint())).toEqual([]);
  });

  test.each([
    ["globalThis.setTimeout", () => vi.useFakeTimers({ toFake: ["setTimeout"] }), () => vi.useRealTimers()],
    ["Math.random", () => vi.spyOn(Math, "random"), () => vi.restoreAllMocks()],
    ["console.error", () => vi.spyOn(console, "error"), () => vi.restoreAllMocks()],
    ["process.env.FOOTPRINT", () => vi.stubEnv("FOOTPRINT", "here"), () => vi.unstubAllEnvs()],
  ])("is %s when that was replaced", (name, replace, restore) => {
    const before = takeFootprint();
    replace();
    const left = leftBehind(before, takeFootprint());
    restore();
    expect(left).toEqual([`${name} is not what it was before.`]);
    expect(leftBehind(before, takeFootprint())).toEqual([]);
  });

  test("is a listener of the process", () => {
    const before = takeFootprint();
    const listener = () => {};
    process.on("SIGUSR2", listener);
    const left = leftBehind(before, takeFootprint());
    process.off("SIGUSR2", listener);
    expect(left).toContain("The number of listeners to the process's SIGUSR2 is not what it was before.");
    expect(leftBehind(before, takeFootprint())).toEqual([]);
  });

  test("is a server that still listens, and a timer", async () => {
    const before = takeFootprint();
    const server = createServer().listen(0);
    await once(server, "listening");
    const timer = setTimeout(() => {}, 60_000);
    const left = leftBehind(before, takeFootprint());
    clearTimeout(timer);
    await server[Symbol.asyncDispose]();
    expect(left).toEqual(["1 TCPServerWrap more than before.", "1 Timeout more than before."]);
    while (leftBehind(before, takeFootprint()).length > 0) await turnOfTheEventLoop();
  });
});
