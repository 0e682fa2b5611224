import type { AcceptedEvent } from "../received.ts";
import { type AlertKind, alertFor } from "./alerts.ts";
import { eventTimeUs, textOf } from "./event-fields.ts";
import { RecentMap } from "./recent-map.ts";
import { applySighting, applyStatus, type RunState, type RunStatus } from "./run-state.ts";
import { count, newTallies, type Tallies } from "./tallies.ts";

/** A task as seen in one run. */
export interface ObservedTask {
  readonly key: string;
  readonly name: string | undefined;
  readonly state: RunState;
}

/** Identified by pipeline and run key, for ever: a run key used again is the same run. */
export interface ObservedRun {
  readonly pipelineKey: string;
  readonly key: string;
  readonly name: string | undefined;
  /** The last `external_url` given with one of its events. */
  readonly url: string | undefined;
  readonly state: RunState;
  /** In the order of their last event. */
  readonly tasks: readonly ObservedTask[];
  readonly tallies: Tallies;
  /** Epoch milliseconds. */
  readonly lastEventAt: number;
  readonly revision: number;
}

const maxTasks = 500;

class Run implements ObservedRun {
  readonly pipelineKey: string;
  readonly key: string;
  name: string | undefined;
  url: string | undefined;
  state: RunState;
  readonly #tasks = new RecentMap<ObservedTask>(maxTasks);
  readonly tallies = newTallies();
  lastEventAt = 0;
  revision = 0;

  constructor(pipelineKey: string, key: string, state: RunState) {
    this.pipelineKey = pipelineKey;
    this.key = key;
    this.state = state;
  }

  get tasks(): readonly ObservedTask[] {
    return [...this.#tasks.values()];
  }

  apply(event: AcceptedEvent, atUs: number, revision: number): void {
    const { type, body, receivedAt } = event;
    this.name = textOf(body, "run_name") ?? this.name; // absent leaves the old one
    this.url = textOf(body, "external_url") ?? this.url;
    this.lastEventAt = receivedAt;
    this.revision = revision;
    count(this.tallies, type, body);
    const task = textOf(body, "task_key");
    const status = statusOf(event);
    if (task !== undefined) this.#applyTask(task, textOf(body, "task_name"), status, atUs);
    else if (status !== undefined) this.state = applyStatus(this.state, status, atUs);
  }

  #applyTask(key: string, name: string | undefined, status: RunStatus | undefined, atUs: number): void {
    const known = this.#tasks.get(key);
    const state = status === undefined ? applySighting(known?.state, atUs) : applyStatus(known?.state, status, atUs);
    this.#tasks.set(key, { key, name: name ?? known?.name, state });
  }
}

export class Runs {
  readonly #runs: RecentMap<Run>;

  constructor(max: number) {
    this.#runs = new RecentMap(max);
  }

  /** @returns the run, and the alert that the event raises; undefined when the event is about no run */
  apply(event: AcceptedEvent, revision: number): { readonly run: ObservedRun; readonly alert?: AlertKind } | undefined {
    const pipelineKey = textOf(event.body, "pipeline_key");
    const key = textOf(event.body, "run_key");
    if (pipelineKey === undefined || key === undefined) return undefined;
    const atUs = eventTimeUs(event);
    const known = this.get(pipelineKey, key);
    const before = known?.state;
    const run = known ?? new Run(pipelineKey, key, applySighting(undefined, atUs));
    run.apply(event, atUs, revision);
    this.#runs.set(idOf(pipelineKey, key), run);
    if (event.type !== "run-status") return { run };
    const alert = alertFor(before, run.state, textOf(event.body, "task_key") !== undefined);
    return alert === undefined ? { run } : { run, alert };
  }

  get(pipelineKey: string, key: string): Run | undefined {
    return this.#runs.get(idOf(pipelineKey, key));
  }

  /** The one with the oldest last event first. */
  values(): Iterable<ObservedRun> {
    return this.#runs.values();
  }
}

const idOf = (pipelineKey: string, key: string): string => JSON.stringify([pipelineKey, key]);

const statuses: readonly RunStatus[] = ["RUNNING", "COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED"];

function statusOf({ type, body }: AcceptedEvent): RunStatus | undefined {
  return type === "run-status" ? statuses.find((status) => status === body["status"]) : undefined;
}
