import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { QueuedEvent } from "../../../../../framework/delivery/lanes/index.ts";
import { Bench, Disk } from "./disk.ts";

const CAPACITY = 256;
const EVENTS = 4_000;
const LANES = 700;
const MOST_IN_FLIGHT = 32;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] }));
afterEach(() => void vi.useRealTimers());

/** Numbers in [0, below), the same ones for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Some lanes are much longer than others. */
function anyLanes(roll: (below: number) => number, count: number): readonly string[] {
  return Array.from({ length: count }, () => `lane ${roll(3) === 0 ? roll(5) : roll(LANES)}`);
}

class Storm {
  readonly bench: Bench;
  readonly delivered = new Map<string, number[]>();
  committed: number;
  readonly #roll: (below: number) => number;
  readonly #inFlight: QueuedEvent[] = [];

  constructor(seed: number) {
    this.#roll = dice(seed);
    const disk = new Disk();
    this.committed = this.#roll(2) * 1_500;
    disk.commit(...anyLanes(this.#roll, this.committed));
    this.bench = new Bench(disk, { capacity: CAPACITY });
  }

  get deliveredCount(): number {
    return [...this.delivered.values()].reduce((sum, ids) => sum + ids.length, 0);
  }

  step(): void {
    const { bench } = this;
    const what = this.#roll(100);
    if (what < 6) this.#commit();
    else if (what < 45) this.#take();
    else if (what < 80) this.#settle();
    else if (what < 86) this.#putOff();
    else if (what < 89) this.#giveBack();
    else if (what < 93) bench.disk.flush();
    else if (what < 94) bench.disk.isBroken = !bench.disk.isBroken;
    else vi.advanceTimersByTime(this.#roll(100));
  }

  #commit(): void {
    const count = Math.min(this.#roll(120), EVENTS - this.committed);
    this.committed += count;
    const lanes = anyLanes(this.#roll, count);
    if (this.#roll(6) > 0) this.bench.add(...lanes);
    else this.bench.addAsOther(...lanes);
    if (this.#roll(3) === 0) this.bench.extend();
  }

  #take(): void {
    if (this.#inFlight.length >= MOST_IN_FLIGHT) return;
    const event = this.bench.take();
    if (event !== undefined) this.#inFlight.push(event);
  }

  #anyInFlight(): QueuedEvent | undefined {
    return this.#inFlight.splice(this.#roll(this.#inFlight.length), 1)[0];
  }

  #settle(): void {
    const event = this.#anyInFlight();
    if (event === undefined) return;
    this.bench.settle(event);
    const ids = this.delivered.get(event.lane) ?? [];
    this.delivered.set(event.lane, ids);
    ids.push(event.id);
  }

  #putOff(): void {
    const event = this.#anyInFlight();
    if (event !== undefined) this.bench.lanes.putOff(event, this.#roll(400));
  }

  #giveBack(): void {
    const event = this.#anyInFlight();
    if (event !== undefined) this.bench.lanes.giveBack(event);
  }
}

test.each(Array.from({ length: 6 }, (_, seed) => seed))(
  "every event goes out once and in the order of its lane, whatever happens (%i)",
  (seed) => {
    const storm = new Storm(seed);
    const { bench } = storm;
    let mostBodies = 0;
    for (let i = 0; i < 200_000 && storm.deliveredCount < EVENTS; i++) {
      for (let j = 0; j < 50; j++) storm.step();
      mostBodies = Math.max(mostBodies, bench.lanes.counts.bodies);
      if (storm.committed === EVENTS) bench.extend();
    }
    const ids = [...storm.delivered.values()];
    expect(ids.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: EVENTS }, (_, i) => i + 1));
    expect(ids.filter((ofLane) => ofLane.some((id, i) => id < (ofLane[i - 1] ?? 0)))).toEqual([]);
    expect(mostBodies).toBeLessThanOrEqual(CAPACITY + MOST_IN_FLIGHT);
    bench.disk.isBroken = false;
    vi.advanceTimersByTime(2_000);
    expect([bench.take(), bench.lanes.isEmpty]).toEqual([undefined, true]);
  },
);
