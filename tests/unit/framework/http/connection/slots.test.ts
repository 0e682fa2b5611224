import { expect, test } from "vitest";
import { Slots, type Waiter } from "../../../../../framework/http/connection/slots.ts";

/** Notes when it is its turn. */
const noting = (name: string, turns: string[]): Waiter => ({ proceed: () => turns.push(name) });

test("lets in as many as there are slots, and the others in their order", () => {
  const slots = new Slots(2);
  const turns: string[] = [];
  for (const name of ["a", "b", "c", "d"]) slots.take(noting(name, turns));
  expect(turns).toEqual(["a", "b"]);
  slots.release();
  expect(turns).toEqual(["a", "b", "c"]);
  expect(slots.taken).toBe(2);
  for (let i = 0; i < 3; i++) slots.release();
  expect(turns).toEqual(["a", "b", "c", "d"]);
  expect(slots.taken).toBe(0);
});

test("passes by who has given up", () => {
  const slots = new Slots(1);
  const turns: string[] = [];
  const impatient = noting("b", turns);
  slots.take(noting("a", turns));
  slots.take(impatient);
  slots.take(noting("c", turns));
  slots.giveUp(impatient);
  slots.release();
  expect(turns).toEqual(["a", "c"]);
});

test("a great many that end at once need no stack", () => {
  const slots = new Slots(1);
  let turns = 0;
  slots.take({ proceed: () => {} });
  for (let i = 0; i < 20_000; i++) {
    slots.take({
      proceed: () => {
        turns += 1;
        slots.release();
      },
    });
  }
  slots.release();
  expect(turns).toBe(20_000);
  expect(slots.taken).toBe(0);
});
