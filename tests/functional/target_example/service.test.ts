import { createServer } from "node:net";
import { action, type Operation, sleep, until } from "effection";
import { type AgentProcess, describe, expect } from "../../../testlib/index.ts";
import { numbered, test } from "./example.ts";

/** Where the agent says that its service is. */
function* urlOf(agent: AgentProcess): Operation<string> {
  const { record } = yield* agent.untilLog(({ text }) => text.includes("The service listens"));
  return String(record?.["url"]);
}

/** The agent's answer, as soon as `is` holds of it. */
function* untilAnswer(url: string, is: (text: string) => boolean): Operation<string> {
  while (true) {
    const text = yield* until(fetch(url).then((answer) => answer.text()));
    if (is(text)) return text;
    yield* sleep(50);
  }
}

const sampleOf = (scrape: string, name: string) =>
  Number(new RegExp(`^observability_agent_${name} (\\S+)$`, "m").exec(scrape)?.[1]);

describe("the service of an agent", () => {
  test("has health, metrics and the page, from before the first event until the last one is delivered", function* ({
    target,
    server,
    connect,
  }) {
    const agent = yield* connect({ DK_SERVICE_PORT: "0" });
    const url = yield* urlOf(agent);
    expect(yield* until(fetch(`${url}livez`).then(({ status }) => status))).toBe(200);
    expect(yield* until(fetch(`${url}readyz`).then((answer) => answer.json()))).toEqual({ ready: true, reasons: [] });
    expect(yield* until(fetch(url).then((answer) => answer.text()))).toContain("<title>Observability agent</title>");
    yield* target.flood(500, { message: numbered(10) });
    yield* server.until(({ totals }) => totals.accepted === 500);
    const scrape = yield* untilAnswer(`${url}metrics`, (text) => sampleOf(text, "events_acknowledged_total") === 500);
    expect([sampleOf(scrape, "events_emitted_total"), sampleOf(scrape, "events_queued")]).toEqual([500, 0]);
    expect(scrape).toContain('observability_agent_connected{task="target_example.forward_message"} 1');
    expect(scrape).toMatch(/http_request_duration_seconds_count\{host="127\.0\.0\.1:\d+",status="2xx"\} \d\d\d/);

    server.faults.every(1, { status: 503 }, { service: "EVENTS_API" });
    yield* target.flood(10);
    yield* untilAnswer(
      `${url}metrics`,
      (text) => sampleOf(text, "events_queued") + sampleOf(text, "events_in_flight") > 0,
    );
    agent.signal("SIGTERM");
    const stopping = yield* untilAnswer(`${url}readyz`, (text) => text.includes("shutting down"));
    expect(JSON.parse(stopping)).toMatchObject({ ready: false, reasons: [{ subject: "shutdown" }] });
  });

  test("is not ready while the service account key is refused, and does not tell the key", function* ({
    target,
    server,
    connect,
  }) {
    const url = yield* urlOf(yield* connect({ DK_SERVICE_PORT: "0" }));
    server.faults.refuseKeys = true;
    yield* target.flood(10);
    const answer = yield* untilAnswer(`${url}readyz`, (text) => text.includes("service account key"));
    expect(JSON.parse(answer)).toMatchObject({ ready: false, reasons: [{ subject: "service account key" }] });
    expect(answer).not.toContain(server.key);
  });

  test("that cannot be opened ends the agent with 78 before anything is contacted", function* ({
    target,
    server,
    start,
  }) {
    const taken = createServer();
    yield* action<void>((resolve) => {
      taken.listen(0, "127.0.0.1", resolve);
      return () => {};
    });
    const address = taken.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const agent = yield* start({ DK_SERVICE_PORT: port });
    const { code } = yield* agent.exited;
    taken.close();
    expect([code, server.requests, target.accepted]).toEqual([78, 0, 0]);
    expect(agent.lines.map(({ record }) => record).find((record) => record?.level === "error")).toMatchObject({
      code: "E_SERVICE_ADDRESS",
      msg: expect.stringContaining(`cannot listen on 127.0.0.1, port ${port} (EADDRINUSE)`),
    });
  });

  test("is not there unless it is asked for", function* ({ connect }) {
    const agent = yield* connect();
    agent.signal("SIGTERM");
    yield* agent.exited;
    expect(agent.lines.some(({ text }) => text.includes("service listens"))).toBe(false);
  });
});
