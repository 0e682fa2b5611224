import { type Operation, until } from "effection";
import { openMemoryChannel } from "../../../../../framework/core/index.ts";
import { HttpObserverContext } from "../../../../../framework/http/index.ts";
import { describe, expect, test } from "../../../../../testlib/index.ts";
import { booksOf, serve } from "../support.ts";

/** The samples of a scrape by name and labels, ours without their common beginning. */
function* scrape(url: string): Operation<ReadonlyMap<string, number>> {
  const text = yield* until(fetch(`${url}metrics`).then((answer) => answer.text()));
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line): [string, number] => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at).replace(/^observability_agent_/, ""), Number(line.slice(at + 1))];
    }),
  );
}

describe("/metrics", () => {
  test("is Prometheus text: each metric with its type and what it means", function* () {
    const { url } = yield* serve();
    const answer = yield* until(fetch(`${url}metrics`));
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = yield* until(answer.text());
    expect(text).toContain(
      "# HELP observability_agent_events_acknowledged_total Events that Observability has taken.\n" +
        "# TYPE observability_agent_events_acknowledged_total counter\nobservability_agent_events_acknowledged_total 0\n",
    );
    const names = Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, type]) => [name, type] as const);
    expect(names.length).toBeGreaterThan(30);
    for (const [name, type] of names.filter(([name]) => name?.startsWith("observability_agent_"))) {
      expect([name, name?.endsWith("_total")]).toEqual([name, type === "counter"]);
    }
  });

  test("has the books of delivery, all of one moment", function* () {
    const { url, delivery } = yield* serve();
    delivery.books = booksOf({
      emitted: 1_000,
      acknowledged: 900,
      queued: 60,
      inFlight: 20,
      deadLettered: 5,
      deduplicated: 14,
      damaged: 1,
      usedBytes: 4_096,
    });
    const samples = yield* scrape(url);
    expect(Object.fromEntries(samples)).toMatchObject({
      events_emitted_total: 1_000,
      events_acknowledged_total: 900,
      events_queued: 60,
      events_in_flight: 20,
      events_dead_lettered_total: 5,
      events_deduplicated_total: 14,
      events_damaged_total: 1,
      store_bytes: 4_096,
      store_max_bytes: 536_870_912,
      store_durable: 1,
      oldest_queued_event_age_seconds: 0,
    });
  });

  test("goes on with the books of the last scrape while they cannot be read", function* () {
    const { url, delivery } = yield* serve();
    delivery.books = booksOf({ emitted: 7, queued: 7 });
    yield* scrape(url);
    delivery.statistics = () => {
      throw new Error("The disk failed.");
    };
    const samples = yield* scrape(url);
    const names = ["events_emitted_total", "ready", 'not_ready_reason{subject="delivery"}'];
    expect(names.map((name) => samples.get(name))).toEqual([7, 0, 1]);
  });

  test("adds up at every scrape, however fast the books change and however many scrape at a time", function* () {
    const { url, delivery } = yield* serve();
    const work = setInterval(() => {
      const { emitted, acknowledged, queued, inFlight } = delivery.books;
      const [sent, taken] = [Math.ceil(Math.random() * 100), Math.floor(Math.random() * (inFlight + 1))];
      delivery.books = booksOf({
        emitted: emitted + sent,
        acknowledged: acknowledged + taken,
        queued: queued + sent - 1,
        inFlight: inFlight - taken + 1,
      });
    }, 0);
    try {
      for (let round = 0; round < 10; round++) {
        const scrapes = yield* until(Promise.all(Array.from({ length: 4 }, () => fetch(`${url}metrics`))));
        for (const answer of scrapes) {
          const text = yield* until(answer.text());
          const of = (name: string) => Number(new RegExp(`^observability_agent_${name} (\\d+)$`, "m").exec(text)?.[1]);
          expect(of("events_emitted_total")).toBe(
            of("events_acknowledged_total") + of("events_queued") + of("events_in_flight"),
          );
          expect(of("events_emitted_total")).toBeGreaterThanOrEqual(0);
        }
      }
    } finally {
      clearInterval(work);
    }
  });

  test("counts polls, items and connections by task, all loops of one name together", function* () {
    const { url, monitor } = yield* serve();
    const open = (name: string) => monitor.openLoop(name, []);
    for (const poll of [open("acme.poll"), open("acme.poll")]) {
      poll.every(1_000);
      poll.started();
      poll.succeeded();
      poll.failed(new Error("no"));
    }
    open("acme.forward").succeeded();
    const listen = open("acme.listen");
    for (let opened = 0; opened < 3; opened++) listen.connected();
    listen.disconnected();
    monitor.endLoop(listen);
    const samples = yield* scrape(url);
    const ofTasks = [...samples].filter(([name]) => name.includes('task="acme.') && !name.includes("timestamp"));
    expect(Object.fromEntries(ofTasks)).toEqual({
      'polls_total{task="acme.poll",result="success"}': 2,
      'polls_total{task="acme.poll",result="failure"}': 2,
      'items_total{task="acme.forward",result="success"}': 1,
      'items_total{task="acme.forward",result="failure"}': 0,
      'items_total{task="acme.listen",result="success"}': 0,
      'items_total{task="acme.listen",result="failure"}': 0,
      'reconnects_total{task="acme.listen"}': 2,
      'connected{task="acme.listen"}': 0,
    });
  });

  test("tells when tasks last succeeded, and how far they are behind", function* () {
    const { url, monitor } = yield* serve();
    const poll = monitor.openLoop("acme.poll", []);
    poll.every(1_000);
    poll.started();
    poll.succeeded();
    poll.coveredUntil(Date.now() - 90_000);
    const samples = yield* scrape(url);
    const seconds = Date.now() / 1_000;
    expect(samples.get('last_success_timestamp_seconds{task="acme.poll"}')).toBeGreaterThan(seconds - 5);
    expect(samples.get('last_success_timestamp_seconds{task="acme.poll"}')).toBeLessThanOrEqual(seconds);
    expect(samples.get('watermark_lag_seconds{task="acme.poll"}')).toBeGreaterThanOrEqual(90);
    expect(samples.get('watermark_lag_seconds{task="acme.poll"}')).toBeLessThan(95);
  });

  describe("after a loop was started again", () => {
    test("tells of the one that runs whether it is connected and how far it is behind", function* () {
      const { url, monitor } = yield* serve();
      for (const age of [90_000, 60_000]) {
        const ended = monitor.openLoop("acme.poll", []);
        ended.coveredUntil(Date.now() - age);
        ended.connected();
        ended.disconnected();
        monitor.endLoop(ended);
      }
      const running = monitor.openLoop("acme.poll", []);
      running.coveredUntil(Date.now() - 2_000);
      running.connected();
      const samples = yield* scrape(url);
      expect(samples.get('connected{task="acme.poll"}')).toBe(1);
      expect(samples.get('watermark_lag_seconds{task="acme.poll"}')).toBeGreaterThanOrEqual(2);
      expect(samples.get('watermark_lag_seconds{task="acme.poll"}')).toBeLessThan(30);
    });

    test("goes by the last to end for as long as the new one has covered nothing", function* () {
      const { url, monitor } = yield* serve();
      for (const age of [90_000, 60_000]) {
        const ended = monitor.openLoop("acme.poll", []);
        ended.coveredUntil(Date.now() - age);
        monitor.endLoop(ended);
      }
      monitor.openLoop("acme.poll", []).failed(new Error("no"));
      const samples = yield* scrape(url);
      expect(samples.get('watermark_lag_seconds{task="acme.poll"}')).toBeGreaterThanOrEqual(60);
      expect(samples.get('watermark_lag_seconds{task="acme.poll"}')).toBeLessThan(85);
    });
  });

  test("forgets what is not there any more", function* () {
    const { url, monitor } = yield* serve();
    const [send] = openMemoryChannel<number>(5);
    const forget = monitor.watchChannel({ name: "numbers", statistics: () => send.statistics() });
    send.sendNowait(1);
    monitor.health.degraded("acme", "It is closed.");
    const before = yield* scrape(url);
    expect([
      before.get('channel_items{channel="numbers"}'),
      before.get('channel_senders_waiting{channel="numbers"}'),
      before.get('not_ready_reason{subject="acme"}'),
      before.get("ready"),
    ]).toEqual([1, 0, 1, 0]);
    forget();
    monitor.health.ok("acme");
    const after = yield* scrape(url);
    expect([...after.keys()].filter((name) => /^(?:channel|not_ready)/.test(name))).toEqual([]);
    expect(after.get("ready")).toBe(1);
  });

  test("has request durations by host and class of status", function* () {
    const { url } = yield* serve();
    const observe = yield* HttpObserverContext.expect();
    observe("api.example", 204, 20);
    observe("api.example", 200, 2_000);
    observe("api.example", 503, 1);
    observe("api.example", undefined, 10_000);
    const samples = yield* scrape(url);
    const of = (name: string, labels: string) => samples.get(`http_request_duration_seconds_${name}{${labels}}`);
    expect([
      of("count", 'host="api.example",status="2xx"'),
      of("sum", 'host="api.example",status="2xx"'),
      of("bucket", 'le="0.025",host="api.example",status="2xx"'),
      of("count", 'host="api.example",status="5xx"'),
      of("count", 'host="api.example",status="error"'),
    ]).toEqual([2, 2.02, 1, 1, 1]);
  });

  test("tells the versions, the event loop's lag and what the process takes", function* () {
    const { url } = yield* serve();
    const samples = yield* scrape(url);
    const build = `build_info{version="3.0.0",agent_type="acme",node_version="${process.version}"}`;
    expect(samples.get(build)).toBe(1);
    expect(samples.get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
    expect(samples.get("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  });
});
