import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Bench, Disk } from "./disk.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("what comes while there is room", () => {
  test("goes out without being read from disk", () => {
    const bench = new Bench(new Disk());
    const before = bench.disk.readings;
    bench.add("a", "b", "a");
    expect(bench.drain()).toEqual([1, 2, 3]);
    expect(bench.disk.readings).toBe(before);
    expect(bench.lanes.isEmpty).toBe(true);
  });

  test("waits while an earlier event of its lane is out, and no other does", () => {
    const bench = new Bench(new Disk());
    bench.add("a", "a", "b");
    const out = bench.takeAll();
    expect(out.map(({ id }) => id)).toEqual([1, 3]);
    for (const event of out) bench.settle(event);
    expect(bench.takeAll().map(({ id }) => id)).toEqual([2]);
  });

  test("has its lane's turn after all other lanes", () => {
    const bench = new Bench(new Disk());
    bench.add("a", "a", "a", "b", "b", "c");
    expect(bench.drain()).toEqual([1, 4, 6, 2, 5, 3]);
  });
});

describe("an event that is put off", () => {
  test("holds up its own lane and no other, and comes again with one more attempt", () => {
    const bench = new Bench(new Disk());
    bench.add("a", "a", "b");
    const first = bench.take();
    if (first !== undefined) bench.lanes.putOff(first, 1_000);
    expect(bench.drain()).toEqual([3]);
    expect(bench.lanes.counts).toEqual({ ready: 0, inFlight: 0, putOff: 1, bodies: 0 });
    vi.advanceTimersByTime(999);
    expect(bench.take()).toBeUndefined();
    vi.advanceTimersByTime(1);
    const again = bench.take();
    expect(again).toMatchObject({ id: 1, attempts: 1 });
    if (again !== undefined) bench.settle(again);
    expect(bench.take()).toMatchObject({ id: 2, attempts: 0 });
  });

  test("is read again alone: those behind it may wait long", () => {
    const bench = new Bench(new Disk());
    bench.add(..."aaaaaaaaaa");
    const first = bench.take();
    if (first !== undefined) bench.lanes.putOff(first, 1_000);
    vi.advanceTimersByTime(1_000);
    bench.disk.rowsRead = 0;
    const again = bench.take();
    expect([again?.id, bench.disk.rowsRead]).toEqual([1, 1]);
    if (again !== undefined) bench.settle(again);
    expect(bench.drain()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("is no body in memory: as many others as ever may be there", () => {
    const bench = new Bench(new Disk(), { capacity: 128 });
    bench.add(...Array.from({ length: 128 }, (_, i) => `stuck ${i}`));
    for (const event of bench.takeAll()) bench.lanes.putOff(event, 60_000);
    bench.add(...Array.from({ length: 128 }, (_, i) => `other ${i}`));
    expect(bench.takeAll()).toHaveLength(128);
  });

  test("is no lane in memory either: as many others as ever may be there", () => {
    const bench = new Bench(new Disk(), { capacity: 16 });
    for (let i = 0; i < 20; i++) {
      bench.add(...Array.from({ length: 16 }, (_, j) => `stuck ${i}/${j}`));
      for (const event of bench.takeAll()) bench.lanes.putOff(event, 60_000);
    }
    expect(bench.lanes.counts).toMatchObject({ putOff: 320, bodies: 0 });
    bench.add(...Array.from({ length: 16 }, (_, i) => `other ${i}`));
    expect(bench.takeAll()).toHaveLength(16);
  });

  test("leaves room for others until there are 16,384 of them, which wait on disk then", () => {
    const bench = new Bench(new Disk(), { capacity: 8_192 });
    for (let i = 0; i < 16; i++) {
      bench.add(...Array.from({ length: 1_024 }, (_, j) => `stuck ${i}/${j}`));
      for (const event of bench.takeAll()) bench.lanes.putOff(event, event.id === 1 ? 1_000 : 60_000);
    }
    bench.add("other");
    expect([bench.lanes.counts.putOff, bench.take()]).toEqual([16_384, undefined]);
    vi.advanceTimersByTime(1_000);
    const first = bench.take();
    if (first !== undefined) bench.settle(first);
    expect([first?.id, bench.take()?.lane]).toEqual([1, "other"]);
    bench.lanes.close();
  });

  test("given back untried, it comes again at once and as it was", () => {
    const bench = new Bench(new Disk());
    bench.add("a", "a");
    const first = bench.take();
    if (first !== undefined) bench.lanes.giveBack(first);
    expect(bench.take()).toEqual(first);
    expect(bench.take()).toBeUndefined();
  });

  test("settled twice, or settled and then put off, it is settled once", () => {
    const bench = new Bench(new Disk());
    bench.add("a", "a");
    const first = bench.take();
    if (first === undefined) throw new Error("There must be one.");
    expect([bench.lanes.finish(first), bench.lanes.finish(first)]).toEqual([true, false]);
    bench.lanes.putOff(first, 1_000);
    expect(bench.lanes.counts).toEqual({ ready: 1, inFlight: 0, putOff: 0, bodies: 1 });
  });
});

test("memory holds so many events at a time, however many come for the lanes that are there", async () => {
  const bench = new Bench(new Disk(), { capacity: 128 });
  const seen: number[] = [];
  for (let i = 0; i < 100; i++) {
    bench.add(...Array.from({ length: 40 }, (_, j) => `lane ${j % 4}`));
    for (const event of bench.takeAll()) {
      seen.push(event.id);
      bench.settle(event);
    }
    expect(bench.lanes.counts.bodies).toBeLessThanOrEqual(128);
  }
  while (!bench.lanes.isEmpty) {
    seen.push(...bench.drain());
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 4_000 }, (_, i) => i + 1));
});

test("memory holds 8 Mi characters at a time, and one reading", async () => {
  const disk = new Disk();
  disk.padding = "x".repeat(1024 * 1024);
  const bench = new Bench(disk, { capacity: 4_096 });
  const seen: number[] = [];
  bench.add(...Array.from({ length: 20 }, (_, i) => `lane ${i % 2}`));
  expect(bench.lanes.counts.bodies).toBe(8);
  const out = bench.take();
  if (out !== undefined) bench.lanes.putOff(out, 1_000); // and unloads its lane
  vi.advanceTimersByTime(1_000);
  while (!bench.lanes.isEmpty) {
    for (const event of bench.takeAll()) {
      seen.push(event.id);
      bench.settle(event);
    }
    expect(bench.lanes.counts.bodies).toBeLessThanOrEqual(8 + 16);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(bench.lanes.counts).toEqual({ ready: 0, inFlight: 0, putOff: 0, bodies: 0 });
});

describe("what was on disk before", () => {
  test("goes out in order, whatever part of it fits into memory", async () => {
    const disk = new Disk();
    const lanes = Array.from({ length: 1_000 }, (_, i) => `lane ${i % 3}`);
    disk.commit(...lanes);
    const bench = new Bench(disk, { capacity: 128 });
    const seen: number[] = [];
    while (!bench.lanes.isEmpty) {
      seen.push(...bench.drain());
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(lanes.map((_, i) => i + 1));
    for (const lane of [0, 1, 2]) {
      const ofLane = seen.filter((id) => (id - 1) % 3 === lane);
      expect(ofLane).toEqual(ofLane.toSorted((a, b) => a - b));
    }
  });

  test("takes turns with what comes now", () => {
    const disk = new Disk();
    disk.commit(...Array.from({ length: 1_000 }, (_, i) => `old ${i}`));
    const bench = new Bench(disk);
    bench.add("new 1", "new 2", "new 3");
    const first = bench.drain().slice(0, 8);
    expect(first.filter((id) => id > 1_000)).toEqual([1_001, 1_002, 1_003]);
  });

  test.each([
    ["each of another run", (i: number) => `new ${i}`],
    ["all of a few long runs", (i: number) => `new ${i % 3}`],
    ["of runs that are in the backlog too", (i: number) => `old ${i % 50}`],
  ])("goes out by turns with what comes now, although more comes than goes out (%s)", async (_, laneOf) => {
    const disk = new Disk();
    disk.commit(...Array.from({ length: 2_000 }, (_, i) => `old ${i}`));
    const bench = new Bench(disk, { capacity: 256 });
    const out = { old: 0, new: 0 };
    for (let step = 0; step < 150; step++) {
      bench.add(...Array.from({ length: 30 }, (_, i) => laneOf(step * 30 + i)));
      for (let i = 0; i < 20; i++) {
        const event = bench.take();
        if (event === undefined) break;
        out[event.id <= 2_000 ? "old" : "new"]++;
        bench.settle(event);
      }
      bench.disk.flush();
      await new Promise((resolve) => setImmediate(resolve));
      expect(bench.lanes.counts.bodies).toBeLessThanOrEqual(256);
    }
    expect(out.old + out.new).toBe(3_000);
    expect(out.old).toBeGreaterThan(1_300);
    expect(out.new).toBeGreaterThan(900);
  });

  test("leaves room for what comes now, however much there is of it in each lane", () => {
    const disk = new Disk();
    disk.commit(...Array.from({ length: 2_000 }, (_, i) => `old ${i % 100}`));
    const bench = new Bench(disk, { capacity: 128 });
    for (const event of bench.takeAll()) bench.lanes.putOff(event, 1); // from now on, their lanes read by themselves
    vi.advanceTimersByTime(1);
    for (let i = 0; i < 100; i++) {
      const event = bench.take();
      if (event !== undefined && i < 90) bench.settle(event);
    }
    bench.add("new 1", "new 2", "new 3");
    const next = Array.from({ length: 10 }, () => bench.take()?.id ?? 0);
    expect(next.filter((id) => id > 2_000)).toEqual([2_001, 2_002, 2_003]);
  });

  test("comes before what comes now in the same lane", () => {
    const disk = new Disk();
    disk.commit(...Array.from({ length: 1_000 }, (_, i) => `old ${i}`));
    const bench = new Bench(disk, { capacity: 128 });
    bench.add("old 900", "old 5", "new");
    const order = bench.drain();
    expect(order.indexOf(901)).toBeLessThan(order.indexOf(1_001));
    expect(order.indexOf(6)).toBeLessThan(order.indexOf(1_002));
    expect(order.indexOf(901)).toBeLessThan(20);
  });

  test("is not read when it is done with and only the disk does not know", () => {
    const disk = new Disk();
    disk.commit("a", "a", "b");
    disk.settled.add(1);
    const bench = new Bench(disk);
    expect(bench.drain()).toEqual([2, 3]);
  });

  test("put there by somebody else, it goes out in its place once the lanes get there", () => {
    const bench = new Bench(new Disk());
    bench.add("a");
    bench.addAsOther("a");
    bench.add("a", "b");
    expect(bench.drain()).toEqual([1, 4, 2, 3]);
  });

  test("put there by somebody else, it goes out once the lanes are told", () => {
    const bench = new Bench(new Disk());
    bench.addAsOther("a", "b");
    expect(bench.drain()).toEqual([]);
    bench.extend();
    expect(bench.drain()).toEqual([1, 2]);
  });
});

test("what is not yet safe on disk does not go out, even if its lane reads from there", () => {
  const bench = new Bench(new Disk());
  bench.add("a", "a");
  const first = bench.take();
  if (first !== undefined) bench.lanes.putOff(first, 10); // from now on, it does
  const unsafe = bench.disk.commit("a", "b");
  vi.advanceTimersByTime(10);
  expect(bench.drain()).toEqual([1, 2]);
  bench.lanes.add(unsafe, true);
  expect(bench.drain()).toEqual([3, 4]);
});

describe("a disk that cannot be read", () => {
  test("is tried again a second later, and nothing is left out", () => {
    const disk = new Disk();
    disk.commit("a", "b");
    disk.isBroken = true;
    const bench = new Bench(disk);
    expect([bench.drain(), bench.lanes.isEmpty]).toEqual([[], false]);
    disk.isBroken = false;
    vi.advanceTimersByTime(1_000);
    expect(bench.drain()).toEqual([1, 2]);
  });

  test("puts a lane off that has to read on from there", () => {
    const disk = new Disk();
    disk.commit(...Array.from({ length: 300 }, () => "a"));
    const bench = new Bench(disk, { capacity: 128 });
    const first = bench.take();
    if (first !== undefined) bench.lanes.putOff(first, 10);
    disk.isBroken = true;
    vi.advanceTimersByTime(10);
    expect([bench.take(), bench.lanes.counts.putOff]).toEqual([undefined, 1]);
    disk.isBroken = false;
    vi.advanceTimersByTime(1_000);
    expect(bench.take()).toMatchObject({ id: 1, attempts: 1 });
  });
});

test("closed by who is told of a ready lane, they end at once: no other becomes ready, and no timer is left", () => {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] });
  const disk = new Disk();
  disk.commit(...Array.from({ length: 400 }, (_, i) => `lane ${i}`));
  const bench = new Bench(disk);
  let isClosed = false;
  bench.onTurn = () => {
    expect(isClosed).toBe(false);
    const event = bench.take();
    if (event === undefined || event.id < 100) return;
    isClosed = true;
    bench.lanes.close();
  };
  vi.advanceTimersByTime(1);
  const nothing = { ready: 0, inFlight: 0, putOff: 0, bodies: 0 };
  expect([isClosed, vi.getTimerCount(), bench.lanes.counts]).toEqual([true, 0, nothing]);
});

test("nothing happens after close: no timer is left", () => {
  const bench = new Bench(new Disk());
  bench.add("a", "b");
  const first = bench.take();
  if (first !== undefined) bench.lanes.putOff(first, 1_000);
  bench.lanes.close();
  expect([vi.getTimerCount(), bench.take(), bench.lanes.isEmpty]).toEqual([0, undefined, true]);
});
