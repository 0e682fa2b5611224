import type { Operation } from "effection";
import { z } from "zod";
import { httpConfiguration } from "../../../../../framework/configuration/index.ts";
import { openNursery, type PeriodicTask, periodicLoop, type SendChannel } from "../../../../../framework/core/index.ts";
import { openEventChannel, openState } from "../../../../../framework/delivery/index.ts";
import { type HttpClient, useHttpClient } from "../../../../../framework/http/index.ts";
import { eventSenderLoop, heartbeatLoop } from "../../../../../framework/observability/index.ts";
import { lookup } from "../../../../../registry/index.ts";
import type { ObservabilityEvent } from "../../../../../toolkit/observability/index.ts";
import { acmeConfiguration } from "./configuration.ts";
import { eventsOf } from "./events.ts";
import { allPages, listRuns, Run, useAcmeAuth } from "./handles.ts";
import { LATENESS_MS } from "./tool.ts";

/** Reports the runs of Acme, and remembers across restarts what it has reported and from when on to ask. */
export function* durableAcmeAgent(): Operation<void> {
  const acme = yield* lookup(acmeConfiguration);
  const settings = yield* lookup(httpConfiguration);
  const auth = yield* useAcmeAuth(acme.api_url, settings, { secret: acme.secret, renews: true });
  const client = yield* useHttpClient({ baseUrl: acme.api_url, settings, auth });
  const [send, receive] = yield* openEventChannel();
  yield* openNursery(function* (nursery) {
    nursery.startSoon(periodicLoop(reportRuns(client, send), { periodMs: acme.period * 1000 }));
    nursery.startSoon(eventSenderLoop(receive));
    nursery.startSoon(heartbeatLoop({ tool: "acme" }));
  });
}

/** Events, known runs and the time to ask from are kept together, since a tick is a unit of work. */
function reportRuns(client: HttpClient, outbound: SendChannel<ObservabilityEvent>): PeriodicTask<ObservabilityEvent> {
  return {
    name: "acme.report_runs",
    outbound,
    *open({ log, send }) {
      const list = listRuns(client, true);
      const known = yield* openState({ name: "acme.runs", schema: Run });
      const since = yield* openState({ name: "acme.since", schema: z.number() });
      return function* () {
        const { asOf, runs } = yield* allPages(list, yield* since.get("runs"));
        for (const entry of runs) {
          const { data: run, error } = Run.safeParse(entry);
          if (run === undefined) {
            log.warn({ reason: error?.message }, "Skipped a run.");
            continue;
          }
          for (const event of eventsOf(run, yield* known.get(run.id))) yield* send(event);
          yield* known.set(run.id, run);
        }
        const from = asOf - LATENESS_MS;
        for (const [id, run] of yield* known.entries()) {
          if (run.status !== "running" && run.changed_at < from) yield* known.delete(id); // not listed again
        }
        yield* since.set("runs", from);
      };
    },
  };
}
