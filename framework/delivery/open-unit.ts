import { createContext } from "effection";
import { AgentError } from "../../toolkit/errors.ts";
import {
  eventTypes,
  isFinished,
  type ObservabilityEvent,
  orderingKey,
  type RunStatusEvent,
} from "../../toolkit/observability/index.ts";
import type { Staged, StateChange, Unit } from "./store/index.ts";

/** The unit of work that the running task is in. */
export const OpenUnitContext = createContext<OpenUnit>("observability-agents.open-unit");

/** What a unit of work is going to keep. */
export class OpenUnit {
  readonly #events: Staged[] = [];
  /** Ends of runs, by lane: they go after all else in the unit, so that nothing comes after its run's end. */
  readonly #ends = new Map<string, Staged>();
  readonly #state = new Map<string, StateChange>();

  static of(event: ObservabilityEvent): OpenUnit {
    const unit = new OpenUnit();
    unit.stage(event);
    return unit;
  }

  get eventCount(): number {
    return this.#events.length + this.#ends.size;
  }

  get isEmpty(): boolean {
    return this.eventCount === 0 && this.#state.size === 0;
  }

  stage(event: ObservabilityEvent): void {
    const staged = toStaged(event);
    if (isOfRun(event)) this.#goOn(staged.lane);
    if (isRunEnd(event)) this.#ends.set(staged.lane, staged);
    else this.#events.push(staged);
  }

  /** @throws {AgentError} `E_STATE_KEY` */
  change(change: StateChange): void {
    checkKey(change);
    this.#state.set(keyOf(change), change);
  }

  /** What is staged for a key of a state; `undefined` when nothing is. */
  changeOf(name: string, key: string): StateChange | undefined {
    return this.#state.get(keyOf({ name, key }));
  }

  get changes(): readonly StateChange[] {
    return [...this.#state.values()];
  }

  toUnit(): Unit {
    const events = this.#ends.size === 0 ? this.#events : [...this.#events, ...this.#ends.values()];
    return { events, state: this.changes };
  }

  /** The run has another status after its end, as when it is repaired: the end keeps its place before that. */
  #goOn(lane: string): void {
    const end = this.#ends.get(lane);
    if (end === undefined) return;
    this.#ends.delete(lane);
    this.#events.push(end);
  }
}

/** @throws {AgentError} `E_EVENT_INVALID`: later, in the transaction of all, it would hold up every sender */
function toStaged(event: ObservabilityEvent): Staged {
  const { type, dedupeKey } = event;
  const body: unknown = JSON.stringify(event.body);
  if (!eventTypes.includes(type)) throw invalid("type is none that Observability knows");
  if (typeof body !== "string") throw invalid("body is missing");
  if (dedupeKey !== undefined && typeof dedupeKey !== "string") throw invalid("dedupeKey is not a text");
  return { type, lane: orderingKey(event), body, dedupeKey, queuedAt: Date.now() };
}

function invalid(problem: string): AgentError {
  const message = `The event cannot be sent: its ${problem}. Build it with the functions of toolkit/observability.`;
  return new AgentError("E_EVENT_INVALID", message);
}

/** A status of the run itself. */
function isOfRun(event: ObservabilityEvent): event is RunStatusEvent {
  return event.type === "run-status" && event.body.task_key === undefined;
}

function isRunEnd(event: ObservabilityEvent): boolean {
  return isOfRun(event) && isFinished(event.body.status);
}

/** As above: it must not come to the transaction. */
function checkKey({ name, key }: { readonly name: unknown; readonly key: unknown }): void {
  if (typeof name === "string" && typeof key === "string") return;
  const message = `State "${name}" cannot keep anything under ${String(key)}: its keys are texts. Use String(key).`;
  throw new AgentError("E_STATE_KEY", message);
}

function keyOf({ name, key }: { readonly name: string; readonly key: string }): string {
  return JSON.stringify([name, key]);
}
