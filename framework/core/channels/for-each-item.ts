import type { Operation } from "effection";
import type { ReceiveChannel } from "./channel.ts";
import { EndOfChannel } from "./errors.ts";

/** Runs `body` for one item after the other until the channel ends. Does not close `receive`. */
export function* forEachItem<T>(receive: ReceiveChannel<T>, body: (item: T) => Operation<void>): Operation<void> {
  while (true) {
    let item: T;
    try {
      item = yield* receive.receive();
    } catch (error) {
      if (error instanceof EndOfChannel) return;
      throw error;
    }
    yield* body(item); // Outside the try: an EndOfChannel of the body is the caller's to see.
  }
}
