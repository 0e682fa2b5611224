import { AgentError } from "../../toolkit/errors.ts";
import { realTime } from "./real-time.ts";

/** Past the limit, so many jumps are still fine: one far deadline is no hang, going on and on is. */
const JUMPS_PAST_LIMIT = 100;

/** How far virtual time may run by itself before that counts as a hang. */
export class JumpLimit {
  readonly #maxJumps: number;
  #latestMs: number;
  #jumps = 0;
  #jumpsPast = 0;

  constructor({ startMs, maxVirtualMs, maxJumps }: { startMs: number; maxVirtualMs: number; maxJumps: number }) {
    this.#latestMs = startMs + maxVirtualMs;
    this.#maxJumps = maxJumps;
  }

  /** Time somebody asked for on purpose does not count. */
  extend(ms: number): void {
    this.#latestMs += ms;
  }

  /** Counts one jump. */
  check(toMs: number): AgentError | undefined {
    this.#jumps++;
    if (toMs > this.#latestMs) this.#jumpsPast++;
    if (this.#jumpsPast > JUMPS_PAST_LIMIT) {
      return runaway(`virtual time runs on, at ${toMs} ms now, past its limit of ${this.#latestMs} ms (maxVirtualMs)`);
    }
    if (this.#jumps > this.#maxJumps) {
      return runaway(`virtual time has jumped ${this.#maxJumps} times (maxJumps) and is at ${toMs} ms`);
    }
    return undefined;
  }
}

function runaway(what: string): AgentError {
  return new AgentError(
    "E_CLOCK_RUNAWAY",
    `The test does not come to its end: ${what}. Something waits while a loop goes on sleeping; if that is meant, raise the limit in the options of the clock.`,
  );
}

/** Notices that nothing can happen any more. */
export class DeadlockWatch {
  readonly #deadlockMs: number;
  #sinceMs: number | undefined;
  #looks = 0;

  constructor(deadlockMs: number) {
    this.#deadlockMs = deadlockMs;
  }

  restart(): void {
    this.#sinceMs = undefined;
    this.#looks = 0;
  }

  /** One look at a clock with nothing to do. A busy machine gets more time: its process must have had turns, too. */
  isDeadlock(): boolean {
    this.#sinceMs ??= realTime.nowMs();
    this.#looks++;
    return this.#looks * 10 > this.#deadlockMs && realTime.nowMs() - this.#sinceMs > this.#deadlockMs;
  }
}
