import type { Operation } from "effection";
import { settle, type UnitsOfWork, type Watermarks } from "../core/index.ts";
import { OpenUnit, OpenUnitContext } from "./open-unit.ts";
import type { Outbox } from "./outbox.ts";

const WATERMARKS = "core.watermarks";

/** Units of work that the outbox keeps. */
export class OutboxUnits implements UnitsOfWork {
  readonly watermarks: Watermarks;
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
    this.watermarks = {
      openNames: new Set(),
      get: (name) => toTime(outbox.state.of(WATERMARKS).get(name)),
      set: (name, epochMs) => this.#setWatermark(name, epochMs),
    };
  }

  *run<T>(body: () => Operation<T>): Operation<T> {
    if ((yield* OpenUnitContext.get()) !== undefined) return yield* body();
    const unit = new OpenUnit();
    const outcome = yield* settle(function* () {
      yield* OpenUnitContext.set(unit);
      return yield* body();
    });
    if (!outcome.ok) throw outcome.error;
    yield* this.#outbox.commit(unit);
    return outcome.value;
  }

  *#setWatermark(name: string, epochMs: number): Operation<void> {
    const unit = yield* OpenUnitContext.expect();
    unit.change({ name: WATERMARKS, key: name, value: JSON.stringify(epochMs) });
  }
}

function toTime(text: string | undefined): number | undefined {
  const time = Number(text ?? Number.NaN);
  return Number.isFinite(time) ? time : undefined;
}
