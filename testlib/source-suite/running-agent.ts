import { type Operation, spawn, until, withResolvers } from "effection";
import { type Settled, type Shutdown, settle } from "../../framework/core/index.ts";
import type { AgentEntry } from "../../framework/entry/index.ts";
import { useRunContexts } from "../fixtures/index.ts";

/** An agent that runs in this process, in the contexts that the entry point gives it. */
export interface RunningAgent {
  /** How it ended; `undefined` while it runs. */
  readonly outcome: Settled<void> | undefined;
  /** As the first stop signal does. */
  requestShutdown(): void;
  /** As the end of the shutdown timeout does. Returns at once. */
  halt(): Operation<void>;
}

/** Starts an agent; it is halted with the calling scope. */
export function* startAgent(entry: AgentEntry, env: Readonly<Record<string, string>>): Operation<RunningAgent> {
  const { operation: started, resolve } = withResolvers<Shutdown>("the agent's contexts");
  let outcome: Settled<void> | undefined;
  const task = yield* spawn(function* () {
    const { shutdown } = yield* useRunContexts(env, entry.configurations, entry.credentials);
    const main = yield* until(entry.load());
    resolve(shutdown);
    outcome = yield* settle(main);
  });
  const shutdown = yield* started;
  return {
    get outcome() {
      return outcome;
    },
    requestShutdown: () => shutdown.request(),
    *halt() {
      yield* spawn(function* () {
        yield* task.halt();
        outcome = { ok: true, value: undefined };
      });
    },
  };
}
