/**
 * How fast virtual time passes, and whether it ever overtakes I/O: `node benchmarks/clock.ts [busy neighbours]`.
 * Neighbours are processes that do nothing but use a CPU; 4 of them on 2 cores is a bad day in CI.
 */
import { type ChildProcess, spawn as spawnProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createScope, type Operation, race, run, sleep, spawn, until } from "effection";
import { WebSocket, WebSocketServer } from "ws";
import { installTestClock } from "../testlib/clock/index.ts";

const now = performance.now.bind(performance);
const DAY_SECONDS = 86_400;
const EXCHANGES = 300;
const TIMEOUT_MS = 1_000;

async function underClock<T>(body: () => Operation<T>): Promise<T> {
  const clock = installTestClock();
  const [scope, destroy] = createScope();
  try {
    return await scope.run(body);
  } finally {
    await destroy();
    await clock.uninstall();
  }
}

/** The median of 5 runs after 2 to warm up. */
async function time(label: string, run: () => Promise<unknown>): Promise<void> {
  const runs: number[] = [];
  for (let i = 0; i < 7; i++) {
    const started = now();
    await run();
    if (i >= 2) runs.push(now() - started);
  }
  runs.sort((a, b) => a - b);
  print(label, `${runs[2]?.toFixed(0)} ms (best ${runs[0]?.toFixed(0)})`);
}

function* sleepers(delayMs: (task: number) => number): Operation<void> {
  const tasks = [];
  for (let i = 0; i < 1_000; i++) tasks.push(yield* spawn(() => sleep(delayMs(i))));
  for (const task of tasks) yield* task;
}

function* secondsOf(seconds: number): Operation<void> {
  for (let second = 0; second < seconds; second++) yield* sleep(1_000);
}

function* nestedTimeouts(log: string[]): Operation<void> {
  for (const [outer, inner, work] of [
    [50, 20, 100],
    [20, 50, 100],
    [30, 30, 100],
    [50, 20, 10],
    [20, 50, 30],
  ] as const) {
    const result = yield* race([named("outer", outer), race([named("inner", inner), named("work", work)])]);
    log.push(`${Date.now()} ${result}`);
  }
  const producers = [];
  for (let p = 0; p < 20; p++) {
    producers.push(
      yield* spawn(function* () {
        for (let i = 0; i < 5; i++) {
          yield* sleep((p % 4) * 10);
          log.push(`${Date.now()} ${p}.${i}`);
        }
      }),
    );
  }
  for (const producer of producers) yield* producer;
}

function* named(name: string, ms: number): Operation<string> {
  yield* sleep(ms);
  return name;
}

async function distinctLogs(runs: number): Promise<number> {
  const logs = new Set<string>();
  for (let i = 0; i < runs; i++) {
    const log: string[] = [];
    await underClock(() => nestedTimeouts(log));
    logs.add(log.join("\n"));
  }
  return logs.size;
}

/** Each exchange under a virtual timeout of its own, with a loop of 100 ms beside it that gives time a reason to pass. */
async function prematureTimeouts(label: string, exchange: () => Operation<void>): Promise<void> {
  let premature = 0;
  const started = now();
  for (let i = 0; i < EXCHANGES; i++) {
    await underClock(function* () {
      yield* spawn(function* () {
        while (true) yield* sleep(100);
      });
      const winner = yield* race([exchange(), named("timeout", TIMEOUT_MS)]);
      if (winner === "timeout") premature++;
    });
  }
  print(
    label,
    `${premature} premature timeouts of ${EXCHANGES}, ${((now() - started) / EXCHANGES).toFixed(2)} ms each`,
  );
}

function* webSocketEchoes(client: WebSocket, payload: string): Operation<void> {
  yield* until(once(client, "open"));
  for (let i = 0; i < 20; i++) {
    const echoed = once(client, "message");
    client.send(payload);
    yield* until(echoed);
  }
  client.terminate();
}

function* globalWebSocketEchoes(url: string, payload: string): Operation<void> {
  const client = new globalThis.WebSocket(url);
  const next = (type: string) => new Promise((resolve) => client.addEventListener(type, resolve, { once: true }));
  yield* until(next("open"));
  for (let i = 0; i < 20; i++) {
    const echoed = next("message");
    client.send(payload);
    yield* until(echoed);
  }
  client.close();
}

function* httpExchanges(url: string): Operation<void> {
  for (let i = 0; i < 5; i++) {
    const response = yield* until(fetch(url, { method: "POST", body: "hi" }));
    yield* until(response.text());
  }
}

async function compareWithNetwork(): Promise<void> {
  const echo = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  echo.on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
  await once(echo, "listening");
  const http = createServer((request, response) => {
    request.resume().on("end", () => response.end("x".repeat(100_000)));
  }).listen(0, "127.0.0.1");
  await once(http, "listening");
  const webSocketUrl = `ws://127.0.0.1:${portOf(echo)}`;
  for (const [size, payload] of [
    ["10 B", "0123456789"],
    ["16 KB", "payload ".repeat(2_000)],
  ] as const) {
    await prematureTimeouts(`20 WebSocket echoes of ${size}, ws`, () =>
      webSocketEchoes(new WebSocket(webSocketUrl), payload),
    );
    await prematureTimeouts(`20 WebSocket echoes of ${size}, global WebSocket`, () =>
      globalWebSocketEchoes(webSocketUrl, payload),
    );
  }
  await prematureTimeouts("5 fetches of 100 KB", () => httpExchanges(`http://127.0.0.1:${portOf(http)}/`));
  echo.close();
  http.close();
  http.closeAllConnections();
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : Number.NaN;
}

function startNeighbours(count: number): readonly ChildProcess[] {
  const program = "const end = Date.now() + 120_000; while (Date.now() < end);";
  return Array.from({ length: count }, () => spawnProcess(process.execPath, ["-e", program], { stdio: "ignore" }));
}

function print(label: string, result: string): void {
  console.log(`${label.padEnd(52)} ${result}`);
}

await time("1,000 tasks that end at once, no clock", () => run(() => sleepers(() => 0)));
await time("1,000 tasks sleep 1 h, one deadline", () => underClock(() => sleepers(() => 3_600_000)));
await time("1,000 tasks sleep 1 h, 1,000 deadlines", () => underClock(() => sleepers((task) => 3_600_000 + task)));
await time("24 h of a loop that sleeps 1 s", () => underClock(() => secondsOf(DAY_SECONDS)));
print("200 runs of nested timeouts, distinct logs", String(await distinctLogs(200)));
const neighbours = startNeighbours(Number(process.argv[2] ?? 0));
try {
  print("busy neighbours from here on", String(neighbours.length));
  await compareWithNetwork();
} finally {
  for (const neighbour of neighbours) neighbour.kill();
}
