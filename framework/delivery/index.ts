export { openEventChannel } from "./event-channel.ts";
export type { EventReceiver, Refusal } from "./event-receive-channel.ts";
export type { LaneCounts, QueuedEvent } from "./lanes/index.ts";
export type { Outbox } from "./outbox.ts";
export { openState, type State, type StateOptions } from "./state.ts";
export type { OutboxStatistics } from "./statistics.ts";
export * from "./store/index.ts";
export { type OpenOutboxOptions, OutboxContext, openOutbox, outboxOptions, useOutbox } from "./use-outbox.ts";
