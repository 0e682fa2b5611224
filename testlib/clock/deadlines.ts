/** Points in time, smallest first: a binary heap. */
export class Deadlines {
  readonly #heap: number[] = [];

  add(deadlineMs: number): void {
    const heap = this.#heap;
    let index = heap.push(deadlineMs) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] ?? Number.NEGATIVE_INFINITY;
      if (above <= deadlineMs) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = deadlineMs;
  }

  /** The smallest one still wanted; smaller ones that are not are dropped for good. */
  first(isWanted: (deadlineMs: number) => boolean): number | undefined {
    let first = this.#heap[0];
    while (first !== undefined && !isWanted(first)) {
      this.#removeFirst();
      first = this.#heap[0];
    }
    return first;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    while (true) {
      const left = 2 * index + 1;
      const right = left + 1;
      const smaller = this.#at(right) < this.#at(left) ? right : left;
      if (this.#at(smaller) >= last) break;
      heap[index] = this.#at(smaller);
      index = smaller;
    }
    heap[index] = last;
  }

  #at(index: number): number {
    return this.#heap[index] ?? Number.POSITIVE_INFINITY;
  }
}
