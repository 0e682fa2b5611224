import timers from "node:timers";
import { promisify } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { realTime } from "../../../../testlib/clock/index.ts";
import { installTestClock } from "../../../../testlib/index.ts";

const NAMES = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] as const;
const KEPT = ["setImmediate", "queueMicrotask", "structuredClone"] as const;
const real = Object.fromEntries([...NAMES, ...KEPT].map((name) => [name, globalThis[name]]));

afterEach(() => {
  for (const [name, value] of Object.entries(real)) expect(Reflect.get(globalThis, name)).toBe(value);
});

test("replaces the timers, Date and performance, and nothing else, until it is uninstalled", async () => {
  const clock = installTestClock();
  for (const name of NAMES) expect(globalThis[name]).not.toBe(real[name]);
  for (const name of KEPT) expect(globalThis[name]).toBe(real[name]);
  expect(timers.setTimeout).toBe(globalThis.setTimeout);
  await clock.uninstall();
  expect(timers.setTimeout).toBe(real["setTimeout"]);
  expect(Date.now()).toBeGreaterThan(Date.UTC(2025, 0));
});

test("is uninstalled once, however often it is asked", async () => {
  const clock = installTestClock();
  await Promise.all([clock.uninstall(), clock.uninstall()]);
});

test("refuses to be installed where time is virtual already", async () => {
  const clock = installTestClock();
  try {
    expect(() => installTestClock()).toThrow(expect.objectContaining({ code: "E_CLOCK_TWICE" }));
  } finally {
    await clock.uninstall();
  }
  vi.useFakeTimers();
  try {
    expect(() => installTestClock()).toThrow(expect.objectContaining({ code: "E_CLOCK_TWICE" }));
  } finally {
    vi.useRealTimers();
  }
});

test("forgets the timers that are left when it is uninstalled", async () => {
  const fired: string[] = [];
  const clock = installTestClock();
  const left = setTimeout(() => fired.push("left"), 1);
  await clock.uninstall();
  clearTimeout(left);
  await realTime.pause(10);
  expect(fired).toEqual([]);
});

test("lets unreferenced timers go on in real time, as libraries keep them for the whole process", async () => {
  const fired: string[] = [];
  const clock = installTestClock();
  const kept = setTimeout(() => fired.push("fired"), 1).unref();
  await clock.uninstall();
  await vi.waitUntil(() => fired.length === 1);
  kept.refresh();
  await vi.waitUntil(() => fired.length === 2);
});

test("leaves real timers real", async () => {
  const fired: string[] = [];
  const before = setTimeout(() => fired.push("cleared"), 5);
  setTimeout(() => fired.push("kept"), 5);
  const clock = installTestClock();
  clearTimeout(before);
  clearTimeout(undefined);
  await vi.waitUntil(() => fired.length > 0);
  expect(clock.now()).toBe(0);
  await clock.uninstall();
  await realTime.pause(10);
  expect(fired).toEqual(["kept"]);
});

test("serves util.promisify(setTimeout)", async () => {
  const clock = installTestClock();
  const sleep = promisify(setTimeout);
  expect(await sleep(60_000, "slept")).toBe("slept");
  expect(clock.now()).toBe(60_000);
  await clock.uninstall();
});

test("describes its foreground timers, soonest first, and no more than ten", async () => {
  const clock = installTestClock({ start: 100 });
  const release = clock.hold();
  expect(clock.describeTimers()).toBe("");
  setInterval(() => {}, 70).unref();
  setTimeout(() => {}, 60);
  setInterval(() => {}, 50);
  const here = String.raw`made at tests/unit/testlib/clock/install\.test\.ts:\d+:\d+`;
  expect(clock.describeTimers()).toMatch(
    new RegExp(`^  setInterval of 50 ms, due in 50 ms, ${here}\n  setTimeout of 60 ms, due in 60 ms, ${here}$`),
  );
  for (let i = 0; i < 10; i++) setTimeout(() => {}, 80);
  expect(clock.describeTimers().split("\n")).toHaveLength(11);
  expect(clock.describeTimers()).toMatch(/\n {2}and 2 more$/);
  release();
  await clock.uninstall();
});
