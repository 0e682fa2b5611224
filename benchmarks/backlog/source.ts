import { WebSocketServer } from "ws";

/** A WebSocket server that sends each client one run-status message every so many ms, each of a run of its own. */
const periodMs = Number(process.argv[2]);

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("listening", () => process.send?.({ address: server.address() }));
server.on("connection", (socket) => {
  let sent = 0;
  const timer = setInterval(() => {
    const metadata = { number: 0, sentAtMs: Date.now() };
    const run_key = `new-${sent++}`;
    socket.send(JSON.stringify({ pipeline_key: "benchmark", run_key, status: "RUNNING", metadata }));
  }, periodMs);
  socket.on("close", () => clearInterval(timer));
});
