import { ensure, type Operation } from "effection";
import { lookup } from "../../registry/index.ts";
import type { ObservabilityEvent } from "../../toolkit/observability/index.ts";
import { coreConfiguration } from "../configuration/index.ts";
import { type SendChannel, type Shutdown, useShutdown } from "../core/index.ts";
import { EventChannelState } from "./channel-state.ts";
import { EventReceiveChannel, type EventReceiver } from "./event-receive-channel.ts";
import { EventSendChannel } from "./event-send-channel.ts";
import { useOutbox } from "./use-outbox.ts";

/** The part of the shutdown timeout in which what is on disk is still delivered; the rest is for what is in flight. */
const DRAIN_SHARE = 0.5;

/**
 * Opens the channel through the run's outbox, for as long as the caller's scope. It is used as a memory channel is, but
 * what is sent is safe on disk when `send` returns, or when the unit of work ends in which it was called; and what was
 * not delivered comes out after a restart.
 * @throws {AgentError} `E_EVENT_CHANNEL_OPEN`: a run has one
 */
export function* openEventChannel(): Operation<[SendChannel<ObservabilityEvent>, EventReceiver]> {
  const outbox = yield* useOutbox();
  const shutdown = yield* useShutdown();
  const state = new EventChannelState(outbox, shutdown);
  const ends = [new EventSendChannel(state), new EventReceiveChannel(state, state.turns)] as const;
  const detach = outbox.attach(state);
  const forget = leaveInTime(state, shutdown, (yield* lookup(coreConfiguration)).shutdown_timeout * 1000);
  yield* ensure(() => {
    forget();
    detach();
    state.close();
  });
  state.start();
  return [...ends];
}

/** @returns what calls it off */
function leaveInTime(state: EventChannelState, shutdown: Shutdown, timeoutMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = shutdown.onRequest(() => {
    timer = setTimeout(() => state.leaveTheRest(), shutdown.isReload ? 0 : timeoutMs * DRAIN_SHARE);
    state.endIfDone();
  });
  return () => {
    forget();
    clearTimeout(timer);
  };
}
