import { action, type Operation } from "effection";

/** Waits for Ctrl-C or SIGTERM. Afterwards a second one ends the process, as if nobody listened. */
export function stopSignal(): Operation<NodeJS.Signals> {
  return action<NodeJS.Signals>((resolve) => {
    process.once("SIGINT", resolve).once("SIGTERM", resolve);
    return () => process.off("SIGINT", resolve).off("SIGTERM", resolve);
  }, "stop signal");
}
