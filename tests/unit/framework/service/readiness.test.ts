import { Monitor, Shutdown } from "../../../../framework/core/index.ts";
import { reasonsNotReady } from "../../../../framework/service/readiness.ts";
import type { Watched } from "../../../../framework/service/watched.ts";
import { describe, expect, test } from "../../../../testlib/index.ts";
import { Redactor } from "../../../../toolkit/index.ts";
import { booksOf, FakeDelivery } from "./support.ts";

function watchedOf(given: Partial<Watched> = {}): Watched {
  return {
    agent: { type: "acme", key: "warehouse-agent", version: "3.0.0" },
    startedAtMs: 0,
    monitor: new Monitor(),
    shutdown: new Shutdown(),
    redactor: new Redactor(),
    settings: () => [],
    delivery: new FakeDelivery(),
    replayEnabled: false,
    ...given,
  };
}

const said = (watched: Watched) => reasonsNotReady(watched).map(({ subject, reason }) => `${subject}: ${reason}`);

/** A periodic loop in a monitor of its own. */
function loopEvery(periodMs: number) {
  const watched = watchedOf();
  const report = watched.monitor.openLoop("acme.poll", []);
  report.every(periodMs);
  return { watched, report };
}

describe("an agent", () => {
  test("is ready when nothing says otherwise", function* () {
    expect(said(watchedOf())).toEqual([]);
  });

  test("is not ready while it shuts down", function* () {
    const watched = watchedOf();
    watched.shutdown.request();
    expect(said(watched)).toEqual(["shutdown: The agent is shutting down."]);
  });

  test("is not ready while a part of it says that it does not work", function* () {
    const watched = watchedOf();
    watched.monitor.health.degraded("credentials", "Observability refuses the key (401).");
    expect(said(watched)).toEqual(["credentials: Observability refuses the key (401)."]);
    watched.monitor.health.ok("credentials");
    expect(said(watched)).toEqual([]);
  });

  test("tells no secret, not even half of one at the end of a long reason", function* () {
    const watched = watchedOf();
    watched.redactor.add("correct-horse");
    watched.monitor.health.degraded("a", "The token correct-horse is refused.");
    watched.monitor.health.degraded("b", `${"x".repeat(493)}correct-horse`);
    expect(said(watched)).toEqual(["a: The token ********** is refused.", `b: ${"x".repeat(493)}******…`]);
  });

  test("is not ready when an event has been waiting for more than 5 minutes", function* ({ clock: _ }) {
    const delivery = new FakeDelivery();
    const watched = watchedOf({ delivery });
    delivery.books = booksOf({ queued: 1, oldestQueuedAt: Date.now() - 300_000 });
    expect(said(watched)).toEqual([]);
    delivery.books = booksOf({ queued: 1, oldestQueuedAt: Date.now() - 301_000 });
    expect(said(watched)).toEqual(["delivery: The oldest queued event has waited for 301 s."]);
  });
});

test("an agent whose books cannot be read is not ready, and says why", function* () {
  const delivery = new FakeDelivery();
  delivery.statistics = () => {
    throw new Error("The disk failed.");
  };
  expect(said(watchedOf({ delivery }))).toEqual(["delivery: The books of delivery cannot be read: The disk failed."]);
});

describe("a periodic loop is late", () => {
  test.each([
    [5_000, 60_000],
    [30_000, 90_000],
  ] as const)("with a period of %i ms after %i ms without a success", function* ([periodMs, allowedMs], { clock }) {
    const { watched, report } = loopEvery(periodMs);
    yield* clock.advance(1_000);
    report.started();
    report.succeeded();
    yield* clock.advance(allowedMs);
    expect(said(watched)).toEqual([]);
    yield* clock.advance(1);
    expect(said(watched)).toEqual([
      `acme.poll: No success for ${allowedMs / 1000} s, at one try every ${periodMs / 1000} s.`,
    ]);
    report.started();
    report.succeeded();
    expect(said(watched)).toEqual([]);
  });

  test("also when it has never succeeded, with the error that is in its way", function* ({ clock }) {
    const { watched, report } = loopEvery(1_000);
    yield* clock.advance(61_000);
    report.failed(new Error("answered 503"));
    expect(said(watched)).toEqual(["acme.poll: No success for 61 s, at one try every 1 s: answered 503"]);
  });

  test("also when it hangs", function* ({ clock }) {
    const { watched, report } = loopEvery(1_000);
    report.failed(new Error("answered 503"));
    report.succeeded();
    report.started();
    yield* clock.advance(61_000);
    expect(said(watched)).toEqual([
      "acme.poll: No success for 61 s, at one try every 1 s; the last one has been running for 61 s.",
    ]);
  });

  test("but not once it has ended", function* ({ clock }) {
    const { watched, report } = loopEvery(1_000);
    watched.monitor.endLoop(report);
    yield* clock.advance(61_000);
    expect(said(watched)).toEqual([]);
  });
});

describe("a loop with a connection is late", () => {
  test("after a minute without one, and no matter how long it hears nothing with one", function* ({ clock }) {
    const watched = watchedOf();
    const report = watched.monitor.openLoop("acme.listen", []);
    report.disconnected();
    yield* clock.advance(60_000);
    expect(said(watched)).toEqual([]);
    yield* clock.advance(1_000);
    expect(said(watched)).toEqual(["acme.listen: No connection for 61 s."]);
    report.disconnected(new Error("refused"));
    expect(said(watched)).toEqual(["acme.listen: No connection for 61 s: refused"]);
    report.connected();
    yield* clock.advance(600_000);
    expect(said(watched)).toEqual([]);
  });
});

describe("a loop over a channel is late", () => {
  test("after a minute and five items in which all failed; one bad item is none", function* ({ clock }) {
    const watched = watchedOf();
    const report = watched.monitor.openLoop("acme.forward", []);
    report.failed(new Error("first"));
    yield* clock.advance(600_000);
    expect(said(watched)).toEqual([]);
    for (let i = 2; i <= 5; i++) report.failed(new Error(`failure ${i}`));
    expect(said(watched)).toEqual(["acme.forward: 5 failures in a row within 600 s: failure 5"]);
    report.succeeded();
    for (let i = 1; i <= 5; i++) report.failed(new Error("again"));
    expect(said(watched)).toEqual([]);
  });
});
