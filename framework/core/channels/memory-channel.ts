import { AgentError } from "../../../toolkit/errors.ts";
import type { ReceiveChannel, SendChannel } from "./channel.ts";
import { MemoryChannelState } from "./memory-channel-state.ts";
import { MemoryReceiveChannel } from "./memory-receive-channel.ts";
import { MemorySendChannel } from "./memory-send-channel.ts";

/**
 * A channel inside the process, with Trio's semantics. Nothing is lost by a halt; items leave in the order in which they
 * came; sending to or receiving from a channel that is ready does not wait, but for an event loop turn now and then.
 * @param capacity items held for a receiver to come; 0: every `send` waits for its receiver; `Infinity`: none ever waits
 * @throws {AgentError} `E_CHANNEL_CAPACITY`
 */
export function openMemoryChannel<T>(capacity: number): [SendChannel<T>, ReceiveChannel<T>] {
  if (!(Number.isInteger(capacity) && capacity >= 0) && capacity !== Number.POSITIVE_INFINITY) {
    throw new AgentError(
      "E_CHANNEL_CAPACITY",
      `A channel cannot have a capacity of ${capacity}. Give a whole number, 0 for a rendezvous, or Infinity.`,
    );
  }
  const state = new MemoryChannelState<T>(capacity);
  return [new MemorySendChannel(state), new MemoryReceiveChannel(state)];
}
