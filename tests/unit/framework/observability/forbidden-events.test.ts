import { spawn } from "effection";
import { openEventChannel } from "../../../../framework/delivery/index.ts";
import { eventSenderLoop } from "../../../../framework/observability/index.ts";
import { test as base, describe, expect } from "../../../../testlib/index.ts";
import { runStatusEvent } from "../../../../toolkit/observability/index.ts";
import { useServer } from "../http/support/servers.ts";

const HELD = "all events are held until it accepts it";
const FORBIDDEN = "forbids an event and lets others pass";

/** A server behind a firewall that answers 403 to events which have a forbidden text in them. */
const test = base.extend({
  *start({ contexts }) {
    return function* (env: Readonly<Record<string, string>> = {}) {
      const firewall = { forbids: "DROP TABLE", tries: 0 };
      const delivered: unknown[] = [];
      const server = yield* useServer((response, { body }) => {
        const isForbidden = body.includes(firewall.forbids);
        if (isForbidden) firewall.tries++;
        else delivered.push(JSON.parse(body).run_name);
        response.writeHead(isForbidden ? 403 : 204).end();
      });
      yield* contexts({ DK_OBSERVABILITY_BASE_URL: server.url, ...env });
      const [send, receive] = yield* openEventChannel();
      const loop = yield* spawn(() => eventSenderLoop(receive));
      const event = (run: string, name: string) =>
        send.send(runStatusEvent({ pipeline_key: "p", run_key: run, run_name: name, status: "RUNNING" }));
      return { send, loop, event, firewall, delivered };
    };
  },
});

describe("an event that a firewall forbids", () => {
  test("is put off and holds up its own run only, once the key was accepted with another", function* ({
    clock,
    log,
    start,
  }) {
    log.expectError(HELD);
    const { send, loop, event, firewall, delivered } = yield* start();
    yield* event("a", "DROP TABLE 1");
    yield* event("a", "2");
    for (let i = 1; i <= 300; i++) {
      yield* event(`b ${i % 7}`, `other ${i}`);
      yield* clock.advance(1_000);
    }
    expect(delivered).toHaveLength(300);
    expect(firewall.tries).toBeLessThan(40);
    expect(log.messages.filter((message) => message.includes(HELD))).toHaveLength(1);
    expect(log.expect(FORBIDDEN)).toMatchObject({ level: "warn", status: 403, event: { run_name: "DROP TABLE 1" } });
    expect(log.messages.filter((message) => message.includes(FORBIDDEN)).length).toBeLessThanOrEqual(5);
    firewall.forbids = "nothing";
    send.close();
    yield* loop;
    expect(delivered.slice(300)).toEqual(["DROP TABLE 1", "2"]);
  });

  test("is to blame also while there are no others", function* ({ clock, log, start }) {
    log.expectError(HELD);
    const { event, firewall, delivered } = yield* start();
    yield* event("a", "DROP TABLE");
    yield* event("b", "other");
    yield* clock.advance(3_600_000);
    expect(firewall.tries).toBeGreaterThan(60);
    expect(log.messages.filter((message) => message.includes(HELD))).toHaveLength(1);
    yield* event("b", "much later");
    yield* clock.advance(0);
    expect(delivered).toEqual(["other", "much later"]);
  });
});

test("all events are held while all are forbidden: then it is the key", function* ({ clock, log, start }) {
  log.expectError(HELD);
  const { send, loop, event, firewall, delivered } = yield* start();
  firewall.forbids = "pipeline_key";
  for (let i = 1; i <= 100; i++) yield* event(`run ${i}`, String(i));
  send.close();
  yield* clock.advance(600_000);
  expect(firewall.tries).toBeLessThan(32 + 15);
  expect(log.messages.filter((message) => message.includes(FORBIDDEN))).toEqual([]);
  firewall.forbids = "nothing";
  yield* loop;
  expect(delivered).toHaveLength(100);
});
