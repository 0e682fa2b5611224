import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { all, type Operation, run, until } from "effection";
import { Pool } from "undici";
import { z } from "zod";
import { observabilityConfiguration } from "../framework/configuration/index.ts";
import { useHttpClient } from "../framework/http/index.ts";
import { measure } from "./measure.ts";

/**
 * POSTs of a small JSON document, 32 at a time, through our client and through a bare undici pool, to a server in a
 * process of its own. The aim: at least 80 % of the bare pool's rate, a ratio of at most 1.25. `node benchmarks/http-client.ts`
 */
const IN_FLIGHT = 32;
const REQUESTS = 20_000;
const EVENT = { run_key: "run-1", task_key: "load", status: "RUNNING", event_timestamp: "2026-01-01T00:00:00.000Z" };

const server = fork(fileURLToPath(new URL("pipeline/sink.ts", import.meta.url)), ["0", "0"]);
const [message] = await once(server, "message");
const { port } = z.object({ address: z.object({ port: z.int() }) }).parse(message).address;
const url = `http://127.0.0.1:${port}/`;
const pool = new Pool(url, { connections: IN_FLIGHT });

await run(function* () {
  const client = yield* useHttpClient({ baseUrl: url, settings: observabilityConfiguration.schema.parse({}), env: {} });
  const posting = () => client.request({ method: "POST", path: "ping", json: EVENT });
  yield* until(
    measure("32 POSTs in flight", [
      { name: "bare Pool.request", operations: REQUESTS, body: (count) => inLanes(count, () => until(post())) },
      { name: "client.request", operations: REQUESTS, body: (count) => inLanes(count, posting) },
    ]),
  );
});
await pool.destroy();
server.kill();

async function post(): Promise<void> {
  const headers = { "content-type": "application/json" };
  const { body } = await pool.request({ method: "POST", path: "/ping", headers, body: JSON.stringify(EVENT) });
  await body.dump();
}

function* inLanes(count: number, request: () => Operation<unknown>): Operation<void> {
  const lane = function* () {
    for (let sent = 0; sent < count / IN_FLIGHT; sent++) yield* request();
  };
  yield* all(Array.from({ length: IN_FLIGHT }, lane));
}
