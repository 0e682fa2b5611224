export * from "./cli/index.ts";
export * from "./configuration/index.ts";
export * from "./core/index.ts";
export {
  type EventReceiver,
  type Outbox,
  type OutboxStatistics,
  openEventChannel,
  openState,
  type QueuedEvent,
  type State,
  type StateOptions,
  useOutbox,
} from "./delivery/index.ts";
export * from "./entry/index.ts";
export * from "./http/index.ts";
export * from "./observability/index.ts";
export * from "./websocket/index.ts";
