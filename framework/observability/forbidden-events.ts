import type { QueuedEvent } from "../delivery/index.ts";

/** Tells an event that something on the way forbids, such as a firewall, from a key that it refuses. */
export class ForbiddenEvents {
  #acceptedKeys = 0;
  /** Id of an event that was answered 403 → how often the key had been accepted before the first time. */
  readonly #acceptedBefore = new Map<number, number>();

  /** The key was accepted with this event, which is done with. */
  accepted({ id }: QueuedEvent): void {
    this.#acceptedKeys++;
    if (this.#acceptedBefore.size > 0) this.#acceptedBefore.delete(id);
  }

  /**
   * Notes that the event was answered 403.
   * @returns whether it is itself to blame: the key was accepted with another event since this one's first 403
   */
  forbidden({ id }: QueuedEvent): boolean {
    const before = this.#acceptedBefore.get(id) ?? this.#acceptedKeys;
    this.#acceptedBefore.set(id, before);
    return before < this.#acceptedKeys;
  }
}
