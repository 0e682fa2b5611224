import { join } from "node:path";
import { spawn, until } from "effection";
import { eventLoopTurn } from "../../../../framework/core/index.ts";
import type { QueuedEvent } from "../../../../framework/delivery/index.ts";
import { Connection } from "../../../../framework/delivery/store/connection.ts";
import { describe, expect } from "../../../../testlib/index.ts";
import { test } from "./life.ts";
import { deliver, event, nameOf } from "./support.ts";

describe("after a restart", () => {
  test("what was not delivered comes out, each run in its order, before what is sent now", function* ({ live }) {
    yield* live(function* ({ send, receive }) {
      for (const name of ["1", "2", "3", "4"]) yield* send.send(event("r", name));
      expect(yield* deliver(receive, 1)).toEqual(["1"]);
      receive.retryAfter(yield* receive.receive(), 60_000);
    });
    yield* live(function* ({ send, receive, outbox }) {
      expect(outbox.statistics()).toMatchObject({ emitted: 4, acknowledged: 1, queued: 3 });
      yield* send.send(event("r", "5"));
      expect(yield* deliver(receive, 4)).toEqual(["2", "3", "4", "5"]);
    });
  });

  test("what was in flight comes out again", function* ({ live }) {
    yield* live(function* ({ send, receive }) {
      yield* send.send(event("r", "1"));
      yield* receive.receive();
    });
    expect(nameOf(yield* live(({ receive }) => receive.receive()))).toBe("1");
  });

  test("what was sent without waiting is there when the agent has ended in order", function* ({ live }) {
    yield* live(function* ({ send }) {
      send.sendNowait(event("r", "1"));
    });
    expect(yield* live(({ receive }) => deliver(receive, 1))).toEqual(["1"]);
  });

  test("the books go on", function* ({ live }) {
    yield* live(function* ({ send, receive, outbox }) {
      for (const name of ["1", "2", "3"]) yield* send.send(event(name, name));
      receive.refuse(yield* receive.receive(), { status: 422, answer: "no" });
      yield* deliver(receive, 1);
      yield* receive.receive();
      const books = { emitted: 3, acknowledged: 1, deadLettered: 1, deduplicated: 0, queued: 0, inFlight: 1 };
      expect(outbox.statistics()).toMatchObject({ ...books, isDurable: true });
    });
    yield* live(function* ({ outbox }) {
      expect(outbox.statistics()).toMatchObject({ emitted: 3, acknowledged: 1, deadLettered: 1, queued: 1 });
    });
  });

  test("the books balance when a row is found damaged whose event is on its way out", function* ({
    live,
    log,
    stateDirectory,
  }) {
    yield* live(function* ({ send, receive, outbox }) {
      for (const name of ["1", "2", "3"]) yield* send.send(event(name, name));
      const taken = yield* receive.receiveBatch(3);
      const another = new Connection(join(stateDirectory, "outbox.db"));
      another.execute("UPDATE events SET body = '{}' WHERE id = 2");
      another.close();
      log.expectError("A row of the store is damaged");
      outbox.source.eventsAfter(0, 9);
      const books = { emitted: 3, damaged: 1, queued: 0 };
      expect(outbox.statistics()).toMatchObject({ ...books, acknowledged: 0, inFlight: 2 });
      for (const each of taken) receive.acknowledge(each);
      expect(outbox.statistics()).toMatchObject({ ...books, acknowledged: 2, inFlight: 0 });
    });
  });

  test("the books balance while the agent ends", function* ({ live, clock }) {
    yield* live(function* ({ send, receive, outbox, shutdown }) {
      for (let i = 0; i < 6; i++) yield* send.send(event(`run ${i}`, `${i}`));
      const taken: QueuedEvent[] = [];
      for (let i = 0; i < 5; i++) taken.push(yield* receive.receive());
      shutdown.request();
      send.close();
      yield* clock.advance(10_000); // half of the shutdown timeout: the channel gives no more
      expect(outbox.statistics()).toMatchObject({ emitted: 6, acknowledged: 0, queued: 1, inFlight: 5 });
      for (const each of taken) receive.acknowledge(each);
      expect(outbox.statistics()).toMatchObject({ emitted: 6, acknowledged: 5, queued: 1, inFlight: 0 });
    });
  });

  test("refused events are told from the oldest on, or from the newest on", function* ({
    life: { send, receive, outbox },
  }) {
    for (const name of ["1", "2", "3"]) {
      yield* send.send(event("r", name));
      receive.refuse(yield* receive.receive(), { status: 422, answer: name });
    }
    const answers = (newestFirst: boolean) => outbox.deadLetters({ limit: 2, newestFirst }).map(({ answer }) => answer);
    expect([answers(false), answers(true)]).toEqual([
      ["1", "2"],
      ["3", "2"],
    ]);
  });

  test("refused events can be replayed, as new ones", function* ({ live, clock }) {
    yield* live(function* ({ send, receive, outbox }) {
      yield* send.send(event("r", "1"));
      receive.refuse(yield* receive.receive(), { status: 422, answer: "no such pipeline" });
      yield* clock.advance(0);
      const letters = outbox.deadLetters({ limit: 10 });
      expect(letters).toMatchObject([
        { status: 422, answer: "no such pipeline", refusedAt: 0, lane: "run\u0000p\u0000r" },
      ]);
      expect(yield* until(outbox.replay("all"))).toBe(1);
      expect(yield* deliver(receive, 1)).toEqual(["1"]);
      expect(outbox.statistics()).toMatchObject({ emitted: 2, acknowledged: 1, deadLettered: 1, queued: 0 });
    });
  });

  test("many that are replayed leave time for other things between them", function* ({ life, clock: _ }) {
    const { send, receive, outbox } = life;
    for (let i = 0; i < 450; i++) {
      yield* send.send(event(`run ${i}`, String(i)));
      receive.refuse(yield* receive.receive(), { status: 422, answer: "no such pipeline" });
    }
    const left: number[] = [];
    const replaying = yield* spawn(() => until(outbox.replay("all")));
    for (let i = 0; i < 3; i++) {
      left.push(outbox.deadLetters({ limit: 450 }).length);
      yield* eventLoopTurn();
    }
    expect(left).toEqual([450, 250, 50]);
    expect(yield* replaying).toBe(450);
    expect(yield* deliver(receive, 450)).toHaveLength(450);
  });
});
