import { Pool } from "undici";
import { WebSocket } from "ws";

/** The least that moves messages from a WebSocket to HTTP: 32 requests in flight, no order, no retries, no checks. */
const IN_FLIGHT = 32;
const [, , source = "", sink = ""] = process.argv;

const pool = new Pool(sink, { connections: IN_FLIGHT });
const socket = new WebSocket(source, { perMessageDeflate: false });
let inFlight = 0;

socket.on("message", async (message) => {
  if (++inFlight === IN_FLIGHT) socket.pause();
  const { body } = await pool.request({
    method: "POST",
    path: "/events/v1/run-status",
    headers: { "content-type": "application/json" },
    body: String(message),
  });
  await body.dump();
  if (--inFlight < IN_FLIGHT) socket.resume();
});
