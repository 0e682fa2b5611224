import { createServer } from "node:http";

/** Takes all events, and every second tells its parent how many there were. */
let events = 0;
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    if (request.url?.includes("/events/")) events++;
    response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ address: server.address() }));
setInterval(() => process.send?.({ events }), 1_000);
