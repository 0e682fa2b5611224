export interface Linked<Node> {
  previous: Node | undefined;
  next: Node | undefined;
}

/** First in, first out, but members may also leave from the middle: a linked list through the members, all O(1). */
export class LinkedQueue<Node extends Linked<Node>> {
  #first: Node | undefined;
  #last: Node | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Puts a node last. It must not be in a queue. */
  add(node: Node): void {
    node.previous = this.#last;
    if (this.#last === undefined) this.#first = node;
    else this.#last.next = node;
    this.#last = node;
    this.#size += 1;
  }

  /** Takes out the first node. */
  shift(): Node | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** @returns whether the node was here */
  remove(node: Node): boolean {
    if (node.previous === undefined && node !== this.#first) return false;
    if (node.previous === undefined) this.#first = node.next;
    else node.previous.next = node.next;
    if (node.next === undefined) this.#last = node.previous;
    else node.next.previous = node.previous;
    node.previous = undefined;
    node.next = undefined;
    this.#size -= 1;
    return true;
  }

  /** Removes all that match, and returns them in order. */
  evict(matches: (node: Node) => boolean): Node[] {
    const evicted: Node[] = [];
    for (let node = this.#first; node !== undefined; node = node.next) if (matches(node)) evicted.push(node);
    for (const node of evicted) this.remove(node);
    return evicted;
  }
}
