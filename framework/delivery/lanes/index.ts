export { type LaneCounts, Lanes, type QueuedEvent } from "./lanes.ts";
export type { EventSource } from "./loader.ts";
