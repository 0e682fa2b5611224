const MIN_SLOTS = 16;

/** A first-in-first-out queue in an array that wraps around. Grows and shrinks by halves: O(1) per item over time. */
export class RingBuffer<T> {
  /** Keep a power of two: positions wrap by masking. */
  #slots: (T | undefined)[] = new Array(MIN_SLOTS);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#slots.length) this.#resize(this.#slots.length * 2);
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = item;
    this.#length += 1;
  }

  /** The oldest item. There must be one. */
  shift(): T {
    if (this.#length === 0) throw new RangeError("The buffer is empty.");
    const item = this.#slots[this.#head] as T; // a T may be undefined, so a check could not tell
    this.#slots[this.#head] = undefined; // the buffer must not keep it alive
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length -= 1;
    if (this.#slots.length > MIN_SLOTS && this.#length < this.#slots.length / 4) this.#resize(this.#slots.length / 2);
    return item;
  }

  /** Drops all but the oldest `length` items. */
  truncate(length: number): void {
    while (this.#length > length) {
      this.#length -= 1;
      this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = undefined;
    }
  }

  #resize(size: number): void {
    const slots = new Array<T | undefined>(size);
    for (let i = 0; i < this.#length; i++) slots[i] = this.#slots[(this.#head + i) & (this.#slots.length - 1)];
    this.#slots = slots;
    this.#head = 0;
  }
}
