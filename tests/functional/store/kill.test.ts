import { type Operation, sleep, until } from "effection";
import { EventStore } from "../../../framework/delivery/index.ts";
import { expect, test } from "../../../testlib/index.ts";
import { type Child, startChild } from "./child.ts";

/** For more of it: `KILLS=250 vitest run --testTimeout 1000000 …/kill.test.ts`. */
const KILLS = Number(process.env["KILLS"] ?? 3);

/** A machine with much to do takes seconds to start a process. */
const LONGEST_START_MS = 5_000;
const LONGEST_LIFE_MS = 60;

/** As in write.ts. */
const ACKNOWLEDGED_AT_ONCE = 5;

interface Said {
  readonly synced: number;
  readonly acknowledged: number;
}

function* runAndKill(directory: string): Operation<Child> {
  const child = yield* startChild("write.ts", [directory]);
  yield* until(child.line("open"));
  yield* sleep(Math.random() * LONGEST_LIFE_MS);
  yield* until(child.kill());
  return child;
}

/** The last number after a word, or what was known before. */
function lastSaid({ lines }: Child, before: Said): Said {
  const last = (word: string, known: number) => {
    const line = lines.findLast((each) => each.startsWith(`${word} `));
    return line === undefined ? known : Number(line.split(" ")[1]);
  };
  return { synced: last("synced", before.synced), acknowledged: last("acknowledged", before.acknowledged) };
}

test("a writer that is killed again and again loses nothing that it said was safe, and repeats nothing that was done", {
  timeoutMs: KILLS * LONGEST_START_MS,
}, function* ({ stateDirectory }) {
  let said: Said = { synced: 0, acknowledged: 0 };
  for (let kill = 1; kill <= KILLS; kill++) {
    said = lastSaid(yield* runAndKill(stateDirectory), said);
    const store = new EventStore({ directory: stateDirectory, maxBytes: 2 ** 30 });
    const numbers = store.eventsAfter(0, 1_000_000).map(({ body }) => Number(JSON.parse(body).number));
    const last = Number(store.state("writer").get("last") ?? 0);
    const first = numbers[0] ?? last + 1;
    const what = `kill ${kill}, ${JSON.stringify(said)}`;
    expect(numbers, `${what}: all in a row, each once`).toEqual(numbers.map((_, i) => first + i));
    expect(first + numbers.length - 1, `${what}: a unit is there as a whole or not at all`).toBe(last);
    expect(last, what).toBeGreaterThanOrEqual(said.synced);
    expect(first, `${what}: nothing that is acknowledged is there`).toBeGreaterThan(said.acknowledged);
    expect(first, `${what}: nothing else is gone`).toBeLessThanOrEqual(said.acknowledged + ACKNOWLEDGED_AT_ONCE + 1);
    expect(store.totals()).toMatchObject({
      emitted: last,
      acknowledged: first - 1,
      queued: numbers.length,
      damaged: 0,
    });
    store.close();
  }
  expect(said.synced).toBeGreaterThan(0);
});
