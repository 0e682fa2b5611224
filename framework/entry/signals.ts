import { exitCodes } from "./exit-code.ts";

const SECOND_SIGNAL = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;
type StopSignal = keyof typeof SECOND_SIGNAL;

/**
 * Calls `stop` at the first SIGINT or SIGTERM; a second one ends the process at once.
 * @returns what takes the listeners off again
 */
export function onStopSignal(stop: (signal: StopSignal) => void): () => void {
  let stopping = false;
  const onSignal = (signal: StopSignal) => {
    if (stopping) process.exit(SECOND_SIGNAL[signal]);
    stopping = true;
    stop(signal);
  };
  const onInterrupt = () => onSignal("SIGINT");
  const onTerminate = () => onSignal("SIGTERM");
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  return () => {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  };
}

/**
 * Calls `reload` at each SIGHUP. Without this, or on a terminal, where it says that the terminal is gone, it ends the
 * process.
 * @returns what takes the listener off again
 */
export function onReloadSignal(reload: () => void): () => void {
  if (process.stdin.isTTY) return () => {};
  process.on("SIGHUP", reload);
  return () => process.off("SIGHUP", reload);
}
