import { action, type Operation } from "effection";
import { AgentError } from "../../../toolkit/errors.ts";
import { TooSlowError } from "../scopes/too-slow-error.ts";
import type { Linked, LinkedQueue } from "./linked-queue.ts";

const noop = () => {};

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** A task that waits at one end of a channel until it is granted what it waits for, or refused. */
export class Waiter<Item> implements Linked<Waiter<Item>> {
  /** The clone it waits on: closing that one refuses it. */
  readonly end: object;
  /** What it wants to send; `undefined` when it wants to receive. */
  readonly item: Item;
  previous: Waiter<Item> | undefined;
  next: Waiter<Item> | undefined;
  #granted = false;
  #refusal: (() => Error) | undefined;
  #wake = noop;

  constructor(end: object, item: Item) {
    this.end = end;
    this.item = item;
  }

  get granted(): boolean {
    return this.#granted;
  }

  /** Call it last: from outside Effection the task runs before this returns. */
  grant(): void {
    this.#granted = true;
    this.#wake();
  }

  /** Call it last, as `grant`. The task builds the error, so that its stack shows who waited. */
  refuse(toError: () => Error): void {
    this.#refusal = toError;
    this.#wake();
  }

  /**
   * Waits in `queue` until granted; whoever grants or refuses takes it out of there first.
   * @throws what it was refused with, {TooSlowError} after `timeoutMs`
   */
  *wait(queue: LinkedQueue<Waiter<Item>>, label: string, timeoutMs?: number): Operation<void> {
    const timer = timeoutMs === undefined ? undefined : this.#refuseAfter(timeoutMs, queue, label);
    queue.add(this);
    try {
      yield* action<void>((resolve) => {
        this.#wake = resolve;
        return noop; // Keep the cleanup in `finally`: Effection can lose this one when a task halts itself.
      }, label);
    } finally {
      clearTimeout(timer);
      queue.remove(this);
    }
    if (this.#refusal !== undefined) throw this.#refusal();
  }

  #refuseAfter(timeoutMs: number, queue: LinkedQueue<Waiter<Item>>, label: string): NodeJS.Timeout | undefined {
    if (Number.isNaN(timeoutMs)) throw new AgentError("E_DEADLINE", `${label} has a timeout that is not a number.`);
    if (timeoutMs > MAX_DELAY_MS) return undefined;
    return setTimeout(() => {
      if (queue.remove(this)) this.refuse(() => new TooSlowError(label, timeoutMs));
    }, timeoutMs);
  }
}
