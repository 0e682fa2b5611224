export { useWebSocket, type WebSocketConnection } from "./connection.ts";
export type { WebSocketOptions } from "./options.ts";
