import { action, type Operation } from "effection";

/**
 * Waits for a promise that can be called off: a halt aborts the signal, and does not wait for what the promise does then.
 * Unlike `useAbortSignal()` it costs no task, and the signal stays quiet once the promise has settled, so a response may
 * outlive the wait.
 * @param label what a report on a stuck agent calls this wait
 */
export function abortable<T>(start: (signal: AbortSignal) => Promise<T>, label = "promise"): Operation<T> {
  return action<T>((resolve, reject) => {
    const controller = new AbortController();
    let isPending = true;
    start(controller.signal).then(
      (value) => {
        isPending = false;
        resolve(value);
      },
      (error) => {
        isPending = false;
        reject(error);
      },
    );
    return () => {
      if (isPending) controller.abort();
    };
  }, label);
}
