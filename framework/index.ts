export * from "./configuration/index.ts";
export * from "./core/index.ts";
export * from "./entry/index.ts";
export * from "./http/index.ts";
export * from "./observability/index.ts";
export * from "./websocket/index.ts";
