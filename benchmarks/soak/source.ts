import { WebSocketServer } from "ws";

/** A WebSocket server that sends each client so many run-status messages a second, of runs of 50 messages each. */
const perSecond = Number(process.argv[2]);
const MESSAGES_A_RUN = 50;
const RUNS_AT_A_TIME = 20;
const TICK_MS = 20;

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("listening", () => process.send?.({ address: server.address() }));
server.on("connection", (socket) => {
  const startedAtMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAtMs) / 1000) * perSecond;
    while (sent < due) socket.send(message(sent++));
  }, TICK_MS);
  socket.on("close", () => clearInterval(timer));
});

/** The runs of one generation take turns; when they have ended, the next begin. */
function message(index: number): string {
  const generation = Math.floor(index / (MESSAGES_A_RUN * RUNS_AT_A_TIME));
  const number = Math.floor(index / RUNS_AT_A_TIME) % MESSAGES_A_RUN;
  return JSON.stringify({
    pipeline_key: "benchmark",
    run_key: `run-${generation}-${index % RUNS_AT_A_TIME}`,
    status: number === MESSAGES_A_RUN - 1 ? "COMPLETED" : "RUNNING",
    event_timestamp: new Date().toISOString(),
    metadata: { number },
  });
}
