import type { Operation } from "effection";
import { type SendChannel, type Shutdown, settle } from "../../../../framework/core/index.ts";
import { type EventReceiver, type Outbox, openEventChannel } from "../../../../framework/delivery/index.ts";
import { test as base } from "../../../../testlib/index.ts";
import type { ObservabilityEvent } from "../../../../toolkit/observability/index.ts";

/** What an agent has from its start to its end. */
export interface Life {
  readonly outbox: Outbox;
  readonly shutdown: Shutdown;
  readonly send: SendChannel<ObservabilityEvent>;
  readonly receive: EventReceiver;
}

export const test = base.extend({
  /** Runs a body with an outbox in a directory that outlives it: one life of an agent. */
  *live({ contexts, stateDirectory }) {
    return function* <T>(body: (life: Life) => Operation<T>): Operation<T> {
      const outcome = yield* settle(function* () {
        const { outbox, shutdown } = yield* contexts({ DK_STATE_DIR: stateDirectory });
        const [send, receive] = yield* openEventChannel();
        return yield* body({ outbox, shutdown, send, receive });
      });
      if (!outcome.ok) throw outcome.error;
      return outcome.value;
    };
  },
  /** An outbox in memory, for the test. */
  *life({ contexts }) {
    const { outbox, shutdown } = yield* contexts();
    const [send, receive] = yield* openEventChannel();
    return { outbox, shutdown, send, receive };
  },
});
