export { eventSenderLoop } from "./event-sender.ts";
export { heartbeatLoop } from "./heartbeat.ts";
export { StateStore, StateStoreContext, useStateStore } from "./state-store.ts";
