import { describe, expect, test } from "vitest";
import { RingBuffer } from "../../../../../framework/core/channels/ring-buffer.ts";

function bufferOf(...items: readonly number[]): RingBuffer<number> {
  const buffer = new RingBuffer<number>();
  for (const item of items) buffer.push(item);
  return buffer;
}

function drain<T>(buffer: RingBuffer<T>): T[] {
  return Array.from({ length: buffer.length }, () => buffer.shift());
}

const upTo = (length: number) => Array.from({ length }, (_, i) => i);

describe("RingBuffer", () => {
  test("gives back in order what was put in, while it grows and shrinks", () => {
    const buffer = bufferOf(...upTo(1_000));
    expect(buffer.length).toBe(1_000);
    expect(drain(buffer)).toEqual(upTo(1_000));
    for (const item of upTo(100)) buffer.push(item);
    expect(drain(buffer)).toEqual(upTo(100));
  });

  test("keeps the order when it wraps around, and when it then grows", () => {
    const buffer = bufferOf(...upTo(12));
    const shifted = upTo(10).map(() => buffer.shift());
    for (let item = 12; item < 50; item++) buffer.push(item);
    expect([...shifted, ...drain(buffer)]).toEqual(upTo(50));
  });

  test("cuts off the youngest items", () => {
    const buffer = bufferOf(1, 2, 3);
    buffer.truncate(5);
    expect(buffer.length).toBe(3);
    buffer.truncate(1);
    buffer.push(4);
    expect(drain(buffer)).toEqual([1, 4]);
    buffer.truncate(0);
    expect(buffer.length).toBe(0);
  });

  test("keeps all the older ones, wherever in its slots they are", () => {
    for (let shifted = 0; shifted < 16; shifted++) {
      const buffer = bufferOf(...upTo(16));
      for (let i = 0; i < shifted; i++) buffer.push(buffer.shift());
      buffer.truncate(12);
      expect(drain(buffer)).toEqual(upTo(12).map((i) => (i + shifted) % 16));
    }
  });

  test("has nothing to give when it is empty", () => {
    expect(() => bufferOf().shift()).toThrow(new RangeError("The buffer is empty."));
  });
});
