export { STORE_FILE } from "./disk/index.ts";
export { EventStore, type StoreOptions } from "./event-store.ts";
export type { DeadLetter, LaneSummary, Staged, StateChange, StoredEvent, Totals, Unit } from "./types.ts";
export { openStoreForCommand, useStore } from "./use-store.ts";
