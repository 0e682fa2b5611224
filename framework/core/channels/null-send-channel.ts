import type { Operation } from "effection";
import { Checkpoint } from "../checkpoint.ts";
import type { SendChannel } from "./channel.ts";

/** Accepts and forgets everything, also after `close()`; a clone of it is itself. For a task that has no one to tell. */
export function nullSendChannel<T>(): SendChannel<T> {
  const checkpoint = new Checkpoint();
  const channel: SendChannel<T> = {
    send: (): Operation<void> => checkpoint.pass(),
    sendNowait() {},
    clone: () => channel,
    close() {},
    [Symbol.dispose]() {},
    isClosed: false,
    statistics: () => ({
      capacity: Number.POSITIVE_INFINITY,
      bufferUsed: 0,
      peakBufferUsed: 0,
      openSenders: 1,
      openReceivers: 1,
      sendersWaiting: 0,
      receiversWaiting: 0,
    }),
  };
  return channel;
}
