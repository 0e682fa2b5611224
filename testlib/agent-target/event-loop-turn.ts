import { action, type Operation } from "effection";

/** Lets the event loop serve sockets and timers once: about 2 µs, against 1 ms and more for `sleep(0)`. */
export function eventLoopTurn(): Operation<void> {
  return action<void>((resolve) => {
    const immediate = setImmediate(resolve);
    return () => clearImmediate(immediate);
  }, "event loop turn");
}
