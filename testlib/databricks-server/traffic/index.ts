export type { DatabricksEndpoint, DatabricksRequest } from "./request.ts";
export { Traffic, type TrafficState } from "./traffic.ts";
