import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { QueuedEvent } from "../../../../../framework/delivery/lanes/index.ts";
import { Bench, Disk } from "./disk.ts";

const EVENTS = 2_500;
const MOST_IN_FLIGHT = 32;

interface Weather {
  /** Bodies in memory. */
  readonly capacity: number;
  readonly lanes: number;
  /** Characters more in each body: of some kinds of weather, they are what fills the memory. */
  readonly padding?: number;
  /** Who waits for a turn comes for it at once, while others are still told. */
  readonly isEager?: boolean;
}

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
function anyLanes(roll: (below: number) => number, count: number, lanes: number): readonly string[] {
  return Array.from({ length: count }, () => `lane ${roll(3) === 0 ? roll(5) : roll(lanes)}`);
}

class Storm {
  readonly bench: Bench;
  readonly delivered = new Map<string, number[]>();
  committed: number;
  readonly #roll: (below: number) => number;
  readonly #inFlight: QueuedEvent[] = [];
  readonly #lanes: number;

  constructor(seed: number, { capacity, lanes, padding = 0, isEager = false }: Weather) {
    this.#roll = dice(seed);
    this.#lanes = lanes;
    const disk = new Disk();
    disk.padding = "x".repeat(padding);
    this.committed = this.#roll(2) * 1_500;
    disk.commit(...anyLanes(this.#roll, this.committed, lanes));
    this.bench = new Bench(disk, { capacity });
    if (!isEager) return;
    this.bench.onTurn = () => {
      this.#take();
      if (this.#roll(2) === 0) this.#putOff();
    };
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
    const lanes = anyLanes(this.#roll, count, this.#lanes);
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

const WEATHER: readonly Weather[] = [
  { capacity: 256, lanes: 700 },
  { capacity: 256, lanes: 3 },
  { capacity: 128, lanes: 2_000 },
  { capacity: 1_024, lanes: 700, padding: 64 * 1024 },
  { capacity: 256, lanes: 700, isEager: true },
];

describe.each(WEATHER)("with %o", (weather) => {
  test.each([0, 1])("every event goes out once and in the order of its lane, whatever happens (%i)", (seed) => {
    const storm = new Storm(seed, weather);
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
    expect(mostBodies).toBeLessThanOrEqual(weather.capacity + MOST_IN_FLIGHT);
    bench.disk.isBroken = false;
    vi.advanceTimersByTime(2_000);
    expect([bench.take(), bench.lanes.isEmpty]).toEqual([undefined, true]);
  });
});
