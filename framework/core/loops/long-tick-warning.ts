import type { Operation } from "effection";
import type { Logger } from "../../../toolkit/logging/index.ts";
import { Alarm } from "../scopes/alarm.ts";

/** A tick is long when it takes more than so many periods, but not before so many ms: as readiness sees it. */
const PERIODS = 3;
const SHORTEST_MS = 60_000;

/** Says once for each tick that it takes long: one that waits for ever would stop its source without a word. */
export class LongTickWarning {
  readonly #alarm: Alarm;
  #afterMs = 0;

  constructor(log: Logger) {
    this.#alarm = new Alarm(() => {
      const message =
        "The task has not ended its work; until it does, it does nothing else. Give what it waits for a timeout.";
      log.warn({ seconds: this.#afterMs / 1000 }, message);
    });
  }

  *during<T>(tick: Operation<T>, periodMs: number): Operation<T> {
    this.#afterMs = Math.max(PERIODS * periodMs, SHORTEST_MS);
    this.#alarm.set(performance.now() + this.#afterMs);
    try {
      return yield* tick;
    } finally {
      this.#alarm.clear();
    }
  }
}
