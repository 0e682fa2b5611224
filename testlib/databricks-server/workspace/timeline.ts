import { elapsedMs, type Moment, scriptError, type When, type WorkspaceClock } from "./clock.ts";
import { isEnded, isStarted, type Phase } from "./phase.ts";

/** A phase, and from when on. */
export interface Entry extends Moment {
  readonly phase: Phase;
  /** What the API says about it: epoch ms, 0 while it has not been started, or has not ended. */
  readonly startTime: number;
  readonly endTime: number;
  /** 0 for the original, then the number of the repair it belongs to. */
  readonly round: number;
}

/**
 * Phase after phase, in order of time. Phases may be planned; what the API shows is the last one that has taken effect.
 */
export class Timeline {
  readonly #clock: WorkspaceClock;
  readonly #what: string;
  readonly #entries: [Entry, ...Entry[]];

  /** @param what for messages: "Task load" @param startTime epoch ms, 0 while it has not been started */
  constructor(
    clock: WorkspaceClock,
    what: string,
    first: Moment & { readonly phase: Phase; readonly startTime?: number },
  ) {
    this.#clock = clock;
    this.#what = what;
    const { effectiveMs, at, phase } = first;
    const startTime = first.startTime ?? (isStarted(phase) ? at : 0);
    this.#entries = [{ effectiveMs, at, phase, startTime, endTime: isEnded(phase) ? at : 0, round: 0 }];
  }

  /**
   * Any phase at all.
   * @throws {AgentError} `E_DATABRICKS_SCRIPT` when it has ended already, or something later is planned
   */
  become(phase: Phase, when?: When): this {
    return this.advance(phase, when, isStarted(phase));
  }

  /** The last of all, planned ones included. */
  get last(): Entry {
    return this.#entries.at(-1) ?? this.#entries[0];
  }

  /** What the API shows; `undefined` before it is there at all. */
  entryAt(ms: number): Entry | undefined {
    return this.#entries.findLast(({ effectiveMs }) => effectiveMs <= ms);
  }

  /** All that has taken effect, in order. */
  entriesUntil(ms = elapsedMs()): readonly Entry[] {
    return this.#entries.filter(({ effectiveMs }) => effectiveMs <= ms);
  }

  /** @throws {AgentError} `E_DATABRICKS_SCRIPT` when it has not ended by then */
  protected momentAfterEnd(when: When | undefined): Moment {
    const moment = this.#clock.moment(when);
    if (isEnded(this.last.phase) && this.last.effectiveMs <= moment.effectiveMs) return moment;
    throw scriptError(`${this.#what} has not ended by then; only what has can be repaired or retried.`);
  }

  /** After its end: a repair. It keeps its start. */
  protected reopen(phase: Phase, moment: Moment): void {
    this.#append(phase, moment, false, this.last.round + 1);
  }

  /** @param starts it has a `start_time` from now on, if it had none before */
  protected advance(phase: Phase, when: When | undefined, starts: boolean): this {
    if (isEnded(this.last.phase)) throw scriptError(`${this.#what} has ended; repair the run, or retry the task.`);
    return this.#append(phase, this.#clock.moment(when), starts);
  }

  #append(phase: Phase, moment: Moment, starts: boolean, round = this.last.round): this {
    const { effectiveMs, startTime } = this.last;
    if (moment.effectiveMs < effectiveMs)
      throw scriptError(`${this.#what} cannot become ${phase.state} before what is planned for it already.`);
    const startsAt = starts && startTime === 0 ? moment.at : startTime;
    this.#entries.push({ ...moment, phase, startTime: startsAt, endTime: isEnded(phase) ? moment.at : 0, round });
    return this;
  }
}
