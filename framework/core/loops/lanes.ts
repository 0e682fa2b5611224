import { action, type Operation } from "effection";
import { forEachItem, openMemoryChannel, type ReceiveChannel, type SendChannel } from "../channels/index.ts";
import { openNursery } from "../nursery.ts";

const noop = () => {};

/** Items taken out of the channel per worker, so that one slow key does not keep the others waiting behind it. */
const LOOKAHEAD_PER_WORKER = 32;

export interface LaneOptions<Item> {
  readonly concurrency: number;
  readonly keyBy?: ((item: Item) => string) | undefined;
  /** Takes what `keyBy` throws. The item is left out, unless this throws too: then all ends. */
  readonly failed: (error: unknown) => void;
}

/**
 * Works on the items of a channel with `concurrency` workers. Each key has a lane; a lane is worked on by one worker at
 * a time, one item a turn, so its order holds and no lane starves another. Ends with the channel, all lanes empty.
 * @param execute when it returns a number, the item is not done: it is executed again after so many ms. In the meantime
 * its lane waits, but no worker
 */
export function* runLanes<Item>(
  inbound: ReceiveChannel<Item>,
  execute: (item: Item) => Operation<unknown>,
  { concurrency, keyBy, failed }: LaneOptions<Item>,
): Operation<void> {
  const [ready, turns] = openMemoryChannel<Lane<Item>>(Number.POSITIVE_INFINITY);
  const lanes = new Lanes<Item>(ready, concurrency * LOOKAHEAD_PER_WORKER);
  try {
    yield* openNursery(function* (nursery) {
      for (let i = 1; i <= concurrency; i++) {
        nursery.startSoon(work(turns, lanes, execute), { name: `worker ${i}` });
      }
      yield* forEachItem(inbound, function* (item) {
        try {
          lanes.add(item, keyBy?.(item));
        } catch (error) {
          failed(error);
        }
        yield* lanes.untilRoom(); // before the next item is taken out of the channel
      });
      yield* lanes.untilEmpty();
      lanes.forget();
    });
  } finally {
    lanes.forget();
  }
}

function* work<Item>(
  turns: ReceiveChannel<Lane<Item>>,
  lanes: Lanes<Item>,
  execute: (item: Item) => Operation<unknown>,
): Operation<void> {
  yield* forEachItem(turns, function* (lane) {
    const [first] = lane.items;
    const againAfterMs = first && (yield* execute(first.item));
    if (typeof againAfterMs === "number") lanes.putOff(lane, againAfterMs);
    else lanes.itemDone(lane);
  });
}

interface Lane<Item> {
  readonly key: string | undefined;
  /** At most the look-ahead. In objects, since an item may be `undefined`. */
  readonly items: { readonly item: Item }[];
}

/** The lanes that hold items. A lane is in `ready`, with one worker, or put off. */
class Lanes<Item> {
  readonly #ready: SendChannel<Lane<Item>>;
  readonly #capacity: number;
  readonly #byKey = new Map<string | undefined, Lane<Item>>();
  readonly #putOff = new Set<ReturnType<typeof setTimeout>>();
  #isOver = false;
  #held = 0;
  #wake = noop;

  constructor(ready: SendChannel<Lane<Item>>, capacity: number) {
    this.#ready = ready;
    this.#capacity = capacity;
  }

  add(item: Item, key: string | undefined): void {
    this.#held++;
    const open = this.#byKey.get(key);
    if (open !== undefined) {
      open.items.push({ item });
      return;
    }
    const lane: Lane<Item> = { key, items: [{ item }] };
    if (key !== undefined) this.#byKey.set(key, lane); // without a key, every item has a lane of its own
    this.#ready.sendNowait(lane);
  }

  itemDone(lane: Lane<Item>): void {
    this.#held--;
    lane.items.shift();
    if (this.#isOver) return;
    if (lane.items.length > 0) this.#ready.sendNowait(lane);
    else this.#byKey.delete(lane.key);
    this.#wake();
  }

  putOff(lane: Lane<Item>, ms: number): void {
    if (this.#isOver) return;
    const timer = setTimeout(() => {
      this.#putOff.delete(timer);
      this.#ready.sendNowait(lane);
    }, ms);
    this.#putOff.add(timer);
  }

  /**
   * Gives up what was put off, and what the workers, which are halted only after this, may still put off. One of them that
   * loses its halt finds that there are no more turns.
   */
  forget(): void {
    this.#isOver = true;
    this.#ready.close();
    for (const timer of this.#putOff) clearTimeout(timer);
  }

  untilRoom(): Operation<void> {
    return this.#until(() => this.#held < this.#capacity, "room in the lanes");
  }

  untilEmpty(): Operation<void> {
    return this.#until(() => this.#held === 0, "empty lanes");
  }

  /** For one task at a time. */
  *#until(holds: () => boolean, label: string): Operation<void> {
    if (holds()) return;
    yield* action<void>((resolve) => {
      this.#wake = () => {
        if (holds()) resolve();
      };
      return noop;
    }, label);
  }
}
