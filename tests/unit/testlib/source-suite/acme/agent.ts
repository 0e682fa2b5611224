import { connect } from "node:net";
import { ensure, type Operation, scoped, sleep } from "effection";
import { httpConfiguration } from "../../../../../framework/configuration/index.ts";
import {
  openNursery,
  type PeriodicTask,
  periodicLoop,
  type SendChannel,
  settle,
  untilShutdown,
} from "../../../../../framework/core/index.ts";
import { openEventChannel } from "../../../../../framework/delivery/index.ts";
import type { AgentMain } from "../../../../../framework/entry/index.ts";
import { type HttpClient, useHttpClient } from "../../../../../framework/http/index.ts";
import { eventSenderLoop, heartbeatLoop } from "../../../../../framework/observability/index.ts";
import { lookup } from "../../../../../registry/index.ts";
import { isRetryable, UnrecoverableError } from "../../../../../toolkit/errors.ts";
import type { ObservabilityEvent } from "../../../../../toolkit/observability/index.ts";
import { acmeConfiguration } from "./configuration.ts";
import { eventsOf } from "./events.ts";
import { allPages, listRuns, Run, useAcmeAuth } from "./handles.ts";
import { LATENESS_MS } from "./tool.ts";

/** What an agent's author can get wrong. */
export type Flaw =
  | "skips equal times"
  | "drops late runs"
  | "reads the first page only"
  | "moves on when a page fails"
  | "reports again what overlaps"
  | "goes by its own clock"
  | "ends a run before its tasks"
  | "dies of malformed answers"
  | "stumbles over a malformed record"
  | "ignores Retry-After"
  | "keeps its credentials"
  | "asks all the time"
  | "swallows halts"
  | "leaves a timer"
  | "leaves a connection"
  | "sends what is no event"
  | "has a setting that takes anything";

/** Reports the runs of Acme, an invented batch tool: as it should be, or with one flaw. */
export function acmeAgent(flaw?: Flaw): AgentMain {
  return function* () {
    const acme = yield* lookup(acmeConfiguration);
    const settings = yield* lookup(httpConfiguration);
    const renews = flaw !== "keeps its credentials";
    const auth = yield* useAcmeAuth(acme.api_url, settings, { secret: acme.secret, renews });
    const client = yield* useHttpClient({ baseUrl: acme.api_url, settings, auth });
    const [send, receive] = yield* openEventChannel();
    if (flaw === "leaves a timer") setTimeout(() => {}, 3_600_000);
    if (flaw === "leaves a connection") connect(Number(new URL(acme.api_url).port)).on("error", () => {});
    yield* openNursery(function* (nursery) {
      if (flaw === "swallows halts") nursery.startSoon(untilShutdown(deafLoop));
      if (flaw === "asks all the time") nursery.startSoon(untilShutdown(() => askAllTheTime(client)));
      nursery.startSoon(periodicLoop(reportRuns(client, send, flaw), { periodMs: acme.period * 1000 }));
      nursery.startSoon(eventSenderLoop(receive));
      nursery.startSoon(heartbeatLoop({ tool: "acme" }));
    });
  };
}

/** Since the overlap covers what turns up late, what was reported must be known. */
function reportRuns(
  client: HttpClient,
  outbound: SendChannel<ObservabilityEvent>,
  flaw?: Flaw,
): PeriodicTask<ObservabilityEvent> {
  return {
    name: "acme.report_runs",
    outbound,
    *open({ log, send }) {
      const list = listRuns(client, flaw !== "ignores Retry-After");
      const known = new Map<string, Run>();
      let sinceMs: number | undefined;
      return function* ({ previous, now }) {
        const from = flaw === "goes by its own clock" ? previous : sinceMs;
        const { asOf, runs } = yield* guarded(flaw, () =>
          allPages(list, from, flaw === "reads the first page only" ? 1 : undefined),
        );
        for (const entry of runs) {
          const parsed = Run.safeParse(entry);
          if (!parsed.success && flaw === "stumbles over a malformed record") throw parsed.error;
          if (!parsed.success) log.warn({ reason: parsed.error.message }, "Skipped a run.");
          else {
            const events = flawed(flaw, eventsOf(parsed.data, known.get(parsed.data.id)));
            if (flaw !== "ends a run before its tasks") for (const event of events) yield* send(event);
            else for (const event of events.toReversed()) outbound.sendNowait(event); // past the tick's unit of work
            if (flaw !== "reports again what overlaps") known.set(parsed.data.id, parsed.data);
          }
        }
        sinceMs = Number.isNaN(asOf) ? now : nextSince(flaw, asOf);
      };
    },
  };
}

/** The tool's own time, not ours: whose clock is right does not matter. */
function nextSince(flaw: Flaw | undefined, asOf: number): number {
  if (flaw === "skips equal times") return asOf + 1;
  return flaw === "drops late runs" ? asOf : asOf - LATENESS_MS;
}

type Listed = { readonly asOf: number; readonly runs: readonly unknown[] };

function* guarded(flaw: Flaw | undefined, list: () => Operation<Listed>): Operation<Listed> {
  try {
    return yield* list();
  } catch (error) {
    if (flaw === "moves on when a page fails") return { asOf: Number.NaN, runs: [] };
    if (flaw === "dies of malformed answers" && !isRetryable(error)) {
      throw new UnrecoverableError("E_ACME", "Acme's answer makes no sense.", { cause: error });
    }
    throw error;
  }
}

function flawed(flaw: Flaw | undefined, events: readonly ObservabilityEvent[]): readonly ObservabilityEvent[] {
  if (flaw !== "sends what is no event") return events;
  return events.map((event) => {
    return event.type === "run-status" ? { ...event, body: { ...event.body, run_name: "x".repeat(2_000) } } : event;
  });
}

function* askAllTheTime(client: HttpClient): Operation<void> {
  while (true) {
    const outcome = yield* settle(() => client.request({ method: "GET", path: "runs" }));
    yield* sleep(outcome.ok ? 10_000 : 500);
  }
}

/**
 * Effection 4.1 forgets a halt that arrives while a `scoped()` that failed is being cleaned up, which is nearly always
 * here. Ends after half an hour, for the test's sake.
 */
function* deafLoop(): Operation<void> {
  const endMs = performance.now() + 1_800_000;
  while (performance.now() < endMs) {
    try {
      yield* scoped(function* () {
        yield* ensure(() => sleep(5_000));
        throw new Error("No luck.");
      });
    } catch {
      // tries again
    }
  }
}
