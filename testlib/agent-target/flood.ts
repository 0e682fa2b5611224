import type { Socket } from "node:net";
import { action, type Operation } from "effection";
import type { WebSocket } from "ws";
import { eventLoopTurn } from "./event-loop-turn.ts";
import type { TargetMessage } from "./message.ts";

/** A connected client: its WebSocket and the TCP socket beneath. */
export interface Client {
  readonly webSocket: WebSocket;
  readonly tcp: Socket;
}

/** Messages per write to the socket; the next batch is made when this one has been handed to the kernel. */
const batchSize = 256;

/** 100 runs in turn, each with task after task: no two are alike, and order can be checked run by run. */
export function floodMessage(index: number): TargetMessage {
  const run = index % 100;
  return {
    pipeline_key: `flood_${run % 10}`,
    run_key: `flood_run_${run}`,
    task_key: `task_${Math.floor(index / 100)}`,
    status: "RUNNING",
    event_timestamp: new Date().toISOString(),
  };
}

/** Sends `count` texts to one client, as fast as it takes them. Returns how many were sent: all, unless it left. */
export function* floodClient(
  client: Client,
  count: number,
  toText: (index: number) => string,
  onSent: (messages: number) => void,
): Operation<number> {
  let sent = 0;
  while (sent < count) {
    const first = sent;
    const texts = Array.from({ length: Math.min(batchSize, count - first) }, (_, index) => toText(first + index));
    if (!(yield* writeBatch(client, texts))) break;
    sent += texts.length;
    onSent(texts.length);
    yield* eventLoopTurn(); // a kernel that takes everything at once would otherwise starve the rest of the process
  }
  return sent;
}

/** Sends and waits until the kernel has it all: this is where a slow client holds the flood up. False when it left. */
function writeBatch({ webSocket, tcp }: Client, texts: readonly string[]): Operation<boolean> {
  return action<boolean>((resolve) => {
    const onClose = () => resolve(false);
    webSocket.once("close", onClose);
    tcp.cork(); // one system call for the batch instead of one a message
    const last = texts.length - 1;
    texts.forEach((text, index) => {
      webSocket.send(text, (error) => {
        if (index === last || error) resolve(!error);
      });
    });
    tcp.uncork();
    return () => webSocket.off("close", onClose);
  }, "flood batch");
}
