import { describe, expect, test } from "vitest";
import { type Linked, LinkedQueue } from "../../../../../framework/core/channels/linked-queue.ts";

class Node implements Linked<Node> {
  readonly name: string;
  previous: Node | undefined;
  next: Node | undefined;

  constructor(name: string) {
    this.name = name;
  }
}

const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => new Node(name)) as [Node, Node, Node, Node];

/** Empties the queue. */
function names(queue: LinkedQueue<Node>): string[] {
  const { size } = queue;
  const all: string[] = [];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) all.push(node.name);
  expect([all.length, queue.size]).toEqual([size, 0]);
  return all;
}

function queueOf(...nodes: readonly Node[]): LinkedQueue<Node> {
  const queue = new LinkedQueue<Node>();
  for (const node of nodes) queue.add(node);
  return queue;
}

describe("LinkedQueue", () => {
  test.each([
    { removed: a, left: ["b", "c"] },
    { removed: b, left: ["a", "c"] },
    { removed: c, left: ["a", "b"] },
  ])("closes up when $removed.name leaves, which may then come back as the last", ({ removed, left }) => {
    const queue = queueOf(a, b, c);
    expect([queue.remove(removed), queue.size]).toEqual([true, 2]);
    queue.add(removed);
    expect(names(queue)).toEqual([...left, removed.name]);
  });

  test("says when a node was not there", () => {
    const queue = queueOf(a);
    expect([queue.remove(b), queue.remove(a), queue.remove(a)]).toEqual([false, true, false]);
    expect(names(queue)).toEqual([]);
  });

  test("evicts those that match, and returns them in order", () => {
    const queue = queueOf(a, b, c, d);
    expect(queue.evict(({ name }) => name !== "b").map(({ name }) => name)).toEqual(["a", "c", "d"]);
    expect(names(queue)).toEqual(["b"]);
  });
});
