import { WebSocketServer } from "ws";

/**
 * A WebSocket server that sends each client run-status messages of `RUNS` runs, in turn, as fast as it takes them: as many
 * as it is told, or without end. Each message carries its number within its run, so that the sink can check the order.
 */
const count = Number(process.argv[2] ?? Number.POSITIVE_INFINITY);
const RUNS = 100;

/** Messages handed to the socket before waiting for it to take them. */
const BATCH = 200;

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("listening", () => process.send?.({ address: server.address() }));
server.on("connection", (socket) => {
  let sent = 0;
  const sendBatch = () => {
    const end = Math.min(sent + BATCH, count);
    while (sent < end) socket.send(message(sent++), sent === end ? next : undefined);
  };
  const next = () => {
    if (sent < count && socket.readyState === socket.OPEN) setImmediate(sendBatch);
  };
  sendBatch();
});

function message(index: number): string {
  return JSON.stringify({
    pipeline_key: "benchmark",
    run_key: `run-${index % RUNS}`,
    task_key: "load",
    status: "RUNNING",
    event_timestamp: "2026-01-01T00:00:00.000Z",
    metadata: { number: Math.floor(index / RUNS) },
  });
}
