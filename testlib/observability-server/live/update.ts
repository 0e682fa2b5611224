import {
  type Alert,
  type Model,
  type ObservedAgent,
  type ObservedComponent,
  type ObservedRun,
  onlineUntilMs,
  type RunState,
  unhealthyUntilMs,
} from "../model/index.ts";
import type { Received, RefusedRequest } from "../received.ts";
import { type Entry, toEntry } from "./entry.ts";

/** How far a page has been told. */
export interface Cursor {
  readonly revision: number;
  readonly accepted: number;
  readonly refused: number;
  readonly alerts: number;
}

export const nothingSent: Cursor = { revision: 0, accepted: 0, refused: 0, alerts: 0 };

/** What has changed since a cursor, newest last, at most so much of each as the page would show. */
export interface Update {
  /** Epoch milliseconds by the server's clock: the page's own may differ. */
  readonly now: number;
  /** True: forget all that came before. */
  readonly reset: boolean;
  readonly basePath: string;
  readonly agentAges: { readonly onlineUntilMs: number; readonly unhealthyUntilMs: number };
  readonly totals: Readonly<Record<"requests" | "accepted" | "refused" | "heartbeats" | "alerts", number>>;
  readonly agents: readonly ObservedAgent[];
  readonly components: readonly ObservedComponent[];
  readonly runs: readonly object[];
  readonly events: readonly Entry[];
  readonly refused: readonly RefusedRequest[];
  readonly alerts: readonly Alert[];
}

/** The most of each list that one update carries, and that the page keeps. */
export const pageLimits = {
  agents: 100,
  components: 200,
  runs: 300,
  tasks: 100,
  events: 300,
  refused: 100,
  alerts: 100,
};

export interface Watched {
  readonly basePath: string;
  readonly received: Received;
  readonly model: Model;
  readonly checkIntervalMs: number;
}

export function updateSince(cursor: Cursor, { basePath, received, model, checkIntervalMs }: Watched): Update {
  const changed = ({ revision }: { readonly revision: number }): boolean => revision > cursor.revision;
  const { totals, requests } = received;
  return {
    now: Date.now(),
    reset: cursor === nothingSent,
    basePath,
    agentAges: { onlineUntilMs: onlineUntilMs(checkIntervalMs), unhealthyUntilMs: unhealthyUntilMs(checkIntervalMs) },
    totals: { ...totals, requests, alerts: model.alertsRaised },
    agents: model.agents.filter(changed).slice(-pageLimits.agents),
    components: model.components.filter(changed).slice(-pageLimits.components).map(toComponentView),
    runs: model.runs.filter(changed).slice(-pageLimits.runs).map(toRunView),
    events: newest(received.events, totals.accepted - cursor.accepted, pageLimits.events).map(toEntry),
    refused: newest(received.refused, totals.refused - cursor.refused, pageLimits.refused),
    alerts: newest(model.alerts, model.alertsRaised - cursor.alerts, pageLimits.alerts),
  };
}

export function cursorNow({ received, model }: Watched): Cursor {
  const { accepted, refused } = received.totals;
  return { revision: model.revision, accepted, refused, alerts: model.alertsRaised };
}

/** False when something arrived after the cursor was taken. */
export function isCurrent(cursor: Cursor, watched: Watched): boolean {
  const now = cursorNow(watched);
  return now.revision === cursor.revision && now.refused === cursor.refused;
}

const newest = <T>(list: readonly T[], added: number, max: number): readonly T[] =>
  list.slice(Math.max(0, list.length - Math.min(added, max)));

// Getters and private fields do not survive JSON, so the views name what the page gets.
const toComponentView = (component: ObservedComponent): ObservedComponent => {
  const { type, key, name, tool, tallies, metrics, path, lastEventAt, revision } = component;
  return { type, key, name, tool, tallies, metrics, path, lastEventAt, revision };
};

function toRunView(run: ObservedRun): object {
  const { pipelineKey, key, name, url, tallies, lastEventAt } = run;
  const tasks = run.tasks.slice(-pageLimits.tasks).map((task) => ({ ...task, state: toMs(task.state) }));
  return { pipelineKey, key, name, url, tallies, lastEventAt, state: toMs(run.state), tasks };
}

const toMs = ({ status, startUs, endUs }: RunState): object => ({
  status,
  startMs: startUs / 1_000,
  ...(endUs !== undefined && { endMs: endUs / 1_000 }),
});
