import { type Operation, scoped } from "effection";
import { openEventChannel } from "../../../../framework/delivery/index.ts";
import { EventStore } from "../../../../framework/delivery/store/index.ts";
import { describe, expect, vi } from "../../../../testlib/index.ts";
import { AgentError } from "../../../../toolkit/errors.ts";
import { test } from "./life.ts";
import { deliver, event } from "./support.ts";

const KEPT = "Events that are not delivered are kept for the next run.";
const FOUND = "Events that earlier runs kept are delivered now.";

describe("the log tells what a run leaves", () => {
  test("on disk, at its end and at the next start", function* ({ log, live }) {
    yield* live(function* ({ send, receive }) {
      for (const name of ["1", "2", "3"]) yield* send.send(event(name, name));
      yield* deliver(receive, 1);
      yield* receive.receive(); // in flight
    });
    log.expect({ level: "info", msg: KEPT, events: 2, task: "outbox" });
    yield* live(({ receive }) => deliver(receive, 2));
    log.expect({ level: "info", msg: FOUND, events: 2 });
    yield* live(function* () {});
    expect(log.messages.filter((message) => message === KEPT || message === FOUND)).toEqual([KEPT, FOUND]);
  });

  test("in memory: it is lost", function* ({ log, contexts }) {
    yield* scoped(function* (): Operation<void> {
      yield* contexts();
      const [send, receive] = yield* openEventChannel();
      for (const name of ["1", "2", "3"]) yield* send.send(event(name, name));
      yield* deliver(receive, 1);
    });
    const msg = "Events are lost: they are not delivered, and there is no state directory to keep them.";
    log.expect({ level: "warn", msg, events: 2 });
  });

  test("that the disk did not take: it is lost too", function* ({ log, live }) {
    const commit = vi.spyOn(EventStore.prototype, "commit").mockImplementation(() => {
      throw new AgentError("E_STORE_FULL", "The disk is full.", { retryable: true });
    });
    yield* live(function* ({ send }) {
      for (const name of ["1", "2"]) send.sendNowait(event(name, name));
    });
    commit.mockRestore();
    log.expectError({ msg: "Events are lost: the state directory did not take them.", events: 2 });
  });

  test("unless all is delivered: then there is nothing to tell", function* ({ log, live }) {
    yield* live(function* ({ send, receive }) {
      yield* send.send(event("r", "1"));
      yield* deliver(receive, 1);
    });
    expect(log.messages).toEqual([]);
  });
});
