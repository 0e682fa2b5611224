import { sleep, spawn } from "effection";
import { openEventChannel } from "../../../../framework/delivery/index.ts";
import { describe, expect, thrownBy } from "../../../../testlib/index.ts";
import { test } from "./life.ts";
import { deliver, event, isEmpty, nameOf } from "./support.ts";

describe("events", () => {
  test("come out as they were sent, as JSON text", function* ({ life: { send, receive } }) {
    yield* send.send(event("r", "1"));
    const queued = yield* receive.receive();
    expect(queued).toMatchObject({ type: "run-status", lane: "run\u0000p\u0000r", attempts: 0 });
    expect(JSON.parse(queued.body)).toEqual(event("r", "1").body);
  });

  test("of one run come one at a time, each when the one before is settled", function* ({ clock, life }) {
    const { send, receive } = life;
    for (const name of ["1", "2", "3"]) yield* send.send(event("r", name));
    yield* send.send(event("other", "4"));
    const first = yield* receive.receive();
    const other = yield* receive.receive();
    expect([nameOf(first), nameOf(other), isEmpty(receive)]).toEqual(["1", "4", true]);
    receive.acknowledge(first);
    const second = yield* receive.receive();
    receive.retryAfter(second, 5_000);
    expect(isEmpty(receive)).toBe(true);
    const again = yield* receive.receive();
    expect([nameOf(again), again.attempts, clock.now()]).toEqual(["2", 1, 5_000]);
    receive.refuse(again, { status: 400, answer: "no" });
    expect(nameOf(yield* receive.receive())).toBe("3");
  });

  test("that a halted receiver had taken go to the next one, as they were", function* ({ clock, life }) {
    const { send, receive } = life;
    const worker = yield* spawn(function* () {
      const queued = yield* receive.receive();
      try {
        yield* sleep(60_000);
      } finally {
        receive.giveBack(queued);
      }
    });
    yield* send.send(event("r", "1"));
    yield* clock.advance(1_000);
    yield* worker.halt();
    expect(yield* receive.receive()).toMatchObject({ id: 1, attempts: 0 });
  });

  test("that a closed receive end had taken go to the others", function* ({ life: { send, receive } }) {
    const clone = receive.clone();
    yield* send.send(event("r", "1"));
    yield* clone.receive();
    expect(isEmpty(receive)).toBe(true);
    clone.close();
    expect(nameOf(yield* receive.receive())).toBe("1");
  });

  test("wait for a receiver, in their order, and leave none that waits behind", function* ({ clock, life }) {
    const { send, receive } = life;
    const seen: unknown[] = [];
    for (let i = 0; i < 3; i++) yield* spawn(() => deliverForever());
    function* deliverForever() {
      while (true) seen.push(...(yield* deliver(receive, 1)));
    }
    yield* clock.advance(10);
    expect(receive.statistics().receiversWaiting).toBe(3);
    for (const name of ["1", "2", "3", "4"]) yield* send.send(event(name, name));
    yield* clock.advance(10);
    expect(seen).toEqual(["1", "2", "3", "4"]);
  });

  test("are received in a batch, one of each run", function* ({ life: { send, receive } }) {
    for (const name of ["1", "2", "3"]) yield* send.send(event(`run ${name}`, name));
    yield* send.send(event("run 1", "4"));
    expect((yield* receive.receiveBatch(2)).map(nameOf)).toEqual(["1", "2"]);
    expect((yield* receive.receiveBatch(10)).map(nameOf)).toEqual(["3"]);
  });

  test("settled twice count once", function* ({ life: { outbox, send, receive } }) {
    yield* send.send(event("r", "1"));
    const queued = yield* receive.receive();
    receive.acknowledge(queued);
    receive.acknowledge(queued);
    receive.retryAfter(queued, 10);
    receive.refuse(queued, { status: 400, answer: "" });
    receive.giveBack(queued);
    expect(outbox.statistics()).toMatchObject({ acknowledged: 1, deadLettered: 0, queued: 0, inFlight: 0 });
  });
});

describe("the channel ends", () => {
  test("when all send ends are closed and all is settled, for all who wait", function* ({ clock, life }) {
    const { send, receive } = life;
    const clone = send.clone();
    yield* clone.send(event("r", "1"));
    const queued = yield* receive.receive();
    send.close();
    clone.close();
    const waiting = [
      yield* spawn(() => thrownBy(() => receive.receive())),
      yield* spawn(() => thrownBy(() => receive.receive())),
    ];
    yield* clock.advance(10);
    expect(receive.statistics()).toMatchObject({ openSenders: 0, receiversWaiting: 2 });
    receive.acknowledge(queued);
    for (const task of waiting) expect(yield* task).toMatchObject({ code: "E_CHANNEL_END" });
    expect(yield* thrownBy(() => receive.receive())).toMatchObject({ code: "E_CHANNEL_END" });
  });

  test("not while an event is put off, with an outbox in memory, even when the agent is to end", function* ({
    clock,
    life: { send, receive, shutdown },
  }) {
    yield* send.send(event("r", "1"));
    receive.retryAfter(yield* receive.receive(), 60_000);
    send.close();
    shutdown.request();
    expect([yield* deliver(receive, 1), clock.now()]).toEqual([["1"], 60_000]);
    expect(yield* thrownBy(() => receive.receive())).toMatchObject({ code: "E_CHANNEL_END" });
  });

  test("with an outbox on disk, when the agent is to end and all that is left is put off", function* ({ clock, live }) {
    yield* live(function* ({ send, receive, shutdown }) {
      for (const name of ["1", "2"]) yield* send.send(event(name, name));
      receive.retryAfter(yield* receive.receive(), 60_000);
      const second = yield* receive.receive();
      send.close();
      shutdown.request();
      expect(isEmpty(receive)).toBe(true);
      receive.retryAfter(second, 60_000);
      expect(yield* thrownBy(() => receive.receive())).toMatchObject({ code: "E_CHANNEL_END" });
      expect(clock.now()).toBe(0);
    });
    expect(yield* live(({ receive }) => deliver(receive, 2))).toEqual(["1", "2"]);
  });

  test("on disk, when the agent is to end and 32 were put off in a row: there is no use in trying the others", function* ({
    live,
  }) {
    yield* live(function* ({ send, receive, shutdown }) {
      for (let i = 0; i < 40; i++) yield* send.send(event(`run ${i}`, String(i)));
      shutdown.request();
      send.close();
      for (let i = 0; i < 32; i++) receive.retryAfter(yield* receive.receive(), 1);
      expect(yield* thrownBy(() => receive.receive())).toMatchObject({ code: "E_CHANNEL_END" });
    });
  });

  test("on disk, when half of the shutdown timeout is over: what is in flight comes to its end, the rest is left", function* ({
    clock,
    live,
  }) {
    yield* live(function* ({ send, receive, shutdown }) {
      for (const name of ["1", "2", "3"]) yield* send.send(event(name, name));
      const first = yield* receive.receive();
      shutdown.request();
      yield* clock.advance(9_999);
      expect(yield* deliver(receive, 1)).toEqual(["2"]);
      yield* clock.advance(1);
      expect(isEmpty(receive)).toBe(true);
      yield* send.send(event("4", "4"));
      send.close();
      expect(yield* thrownBy(() => receive.receive())).toMatchObject({ code: "E_CHANNEL_END" });
      receive.acknowledge(first);
    });
    expect(yield* live(({ receive }) => deliver(receive, 2))).toEqual(["3", "4"]);
  });

  test("not while a sender is open: what it still sends is kept", function* ({ live }) {
    yield* live(function* ({ send, receive, shutdown }) {
      yield* send.send(event("1", "1"));
      receive.retryAfter(yield* receive.receive(), 60_000);
      shutdown.request();
      yield* send.send(event("2", "2"));
      expect(yield* deliver(receive, 1)).toEqual(["2"]);
      send.close();
      expect(yield* thrownBy(() => receive.receive())).toMatchObject({ code: "E_CHANNEL_END" });
    });
    expect(yield* live(({ receive }) => deliver(receive, 1))).toEqual(["1"]);
  });
});

describe("an end that is closed", () => {
  test("neither sends nor is cloned, while others go on", function* ({ life: { send, receive } }) {
    const clone = send.clone();
    send.close();
    send.close();
    expect(yield* thrownBy(() => send.send(event("r", "1")))).toMatchObject({ code: "E_CHANNEL_CLOSED" });
    expect(() => send.sendNowait(event("r", "1"))).toThrow("This end of the channel is closed.");
    expect(() => send.clone()).toThrow("This end of the channel is closed.");
    yield* clone.send(event("r", "2"));
    expect(yield* deliver(receive, 1)).toEqual(["2"]);
  });

  test("receives no more, while others go on", function* ({ life: { send, receive } }) {
    const clone = receive.clone();
    receive.close();
    receive.close();
    expect(yield* thrownBy(() => receive.receive())).toMatchObject({ code: "E_CHANNEL_CLOSED" });
    expect(() => receive.clone()).toThrow("This end of the channel is closed.");
    yield* send.send(event("r", "1"));
    expect(yield* deliver(clone, 1)).toEqual(["1"]);
  });

  test("the last one for receiving, makes every send fail, also one that waits for room", function* ({ clock, life }) {
    const { send, receive, outbox } = life;
    for (let i = 0; i < outbox.room.capacity; i++) send.sendNowait(event("r", "1"));
    const waiting = yield* spawn(() => thrownBy(() => send.send(event("r", "2"))));
    yield* clock.advance(10);
    expect(send.statistics()).toMatchObject({ bufferUsed: outbox.room.capacity, sendersWaiting: 1 });
    receive.close();
    expect(yield* waiting).toMatchObject({ code: "E_CHANNEL_BROKEN" });
    expect(yield* thrownBy(() => send.send(event("r", "3")))).toMatchObject({ code: "E_CHANNEL_BROKEN" });
  });
});

describe("a full outbox", () => {
  test("makes senders wait until something is delivered; sendNowait throws", function* ({ clock, life }) {
    const { send, receive, outbox } = life;
    for (let i = 0; i < outbox.room.capacity; i++) send.sendNowait(event(`run ${i}`, String(i)));
    expect(() => send.sendNowait(event("r", "late"))).toThrow("The outbox is full.");
    const sender = yield* spawn(() => send.send(event("r", "late")));
    yield* clock.advance(60_000);
    expect(send.statistics()).toMatchObject({ capacity: 1_024, bufferUsed: 1_024, sendersWaiting: 1 });
    yield* deliver(receive, 1);
    yield* sender;
    expect(send.statistics()).toMatchObject({ bufferUsed: 1_024, sendersWaiting: 0, peakBufferUsed: 1_024 });
  });

  test("lets a sender that is halted go, and sends nothing of it", function* ({ clock, life }) {
    const { send, receive, outbox } = life;
    for (let i = 0; i < outbox.room.capacity; i++) send.sendNowait(event("r", "1"));
    const sender = yield* spawn(() => send.send(event("r", "late")));
    yield* clock.advance(10);
    yield* sender.halt();
    yield* deliver(receive, outbox.room.capacity);
    expect([isEmpty(receive), outbox.statistics().emitted]).toEqual([true, outbox.room.capacity]);
  });
});

test("a run has one event channel", function* ({ life: { send } }) {
  expect(yield* thrownBy(openEventChannel)).toMatchObject({ code: "E_EVENT_CHANNEL_OPEN" });
  send.close();
});
