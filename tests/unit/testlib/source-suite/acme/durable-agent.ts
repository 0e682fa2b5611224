import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Operation } from "effection";
import { z } from "zod";
import {
  coreConfiguration,
  httpConfiguration,
  observabilityConfiguration,
} from "../../../../../framework/configuration/index.ts";
import { openNursery, type PeriodicTask, periodicLoop } from "../../../../../framework/core/index.ts";
import { type HttpClient, serviceAccountKeyAuth, useHttpClient } from "../../../../../framework/http/index.ts";
import { heartbeatLoop } from "../../../../../framework/observability/index.ts";
import { defineConfiguration, lookup } from "../../../../../registry/index.ts";
import { acmeConfiguration } from "./configuration.ts";
import { eventsOf } from "./events.ts";
import { allPages, listRuns, Run, useAcmeAuth } from "./handles.ts";
import { LATENESS_MS } from "./tool.ts";

/** Where the state is kept, as the suite says it. */
export const stateConfiguration = defineConfiguration({
  section: "acme_state",
  envPrefix: "DK_",
  schema: z.strictObject({ state_dir: z.string() }),
});

const State = z.object({
  sinceMs: z.number().optional(),
  known: z.record(z.string(), Run),
  outbox: z.array(z.object({ type: z.string(), body: z.record(z.string(), z.unknown()) })),
});
type State = z.output<typeof State>;

/** Reports the runs of Acme and keeps all that it knows in a file: slow, and good enough to try the suite on. */
export function* durableAcmeAgent(): Operation<void> {
  const acme = yield* lookup(acmeConfiguration);
  const settings = yield* lookup(httpConfiguration);
  const { state_dir } = yield* lookup(stateConfiguration);
  const auth = yield* useAcmeAuth(acme.api_url, settings, { secret: acme.secret, renews: true });
  const client = yield* useHttpClient({ baseUrl: acme.api_url, settings, auth });
  const observability = yield* useObservability();
  const file = new StateFile(join(state_dir, "acme.json"));
  yield* openNursery(function* (nursery) {
    nursery.startSoon(periodicLoop(takeRuns(client, file), { periodMs: acme.period * 1000 }));
    nursery.startSoon(periodicLoop(deliver(observability, file), { periodMs: 500 }));
    nursery.startSoon(heartbeatLoop({ tool: "acme" }));
  });
}

class StateFile {
  readonly state: State;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.state = readState(path);
  }

  save(): void {
    writeFileSync(this.#path, JSON.stringify(this.state));
  }
}

function readState(path: string): State {
  try {
    return State.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return { known: {}, outbox: [] };
  }
}

function* useObservability(): Operation<HttpClient> {
  const core = yield* lookup(coreConfiguration);
  const auth = serviceAccountKeyAuth(core.observability_service_account_key);
  const settings = yield* lookup(observabilityConfiguration);
  return yield* useHttpClient({ baseUrl: core.observability_base_url, settings, auth });
}

/** What is new, what is known, and from when to ask: saved together. */
function takeRuns(client: HttpClient, file: StateFile): PeriodicTask {
  const list = listRuns(client, true);
  return {
    name: "acme.take_runs",
    *execute(_tick, { log }) {
      const { state } = file;
      const { asOf, runs } = yield* allPages(list, state.sinceMs);
      for (const entry of runs) {
        const { data: run, error } = Run.safeParse(entry);
        if (run === undefined) {
          log.warn({ reason: error?.message }, "Skipped a run.");
          continue;
        }
        state.outbox.push(...eventsOf(run, state.known[run.id]).map(({ type, body }) => ({ type, body: { ...body } })));
        state.known[run.id] = run;
      }
      state.sinceMs = asOf - LATENESS_MS;
      file.save();
    },
  };
}

function deliver(http: HttpClient, file: StateFile): PeriodicTask {
  return {
    name: "acme.deliver",
    *execute() {
      const { outbox } = file.state;
      for (let next = outbox[0]; next !== undefined; next = outbox[0]) {
        yield* http.postJson(`events/v1/${next.type}`, next.body);
        outbox.shift();
        file.save();
      }
    },
  };
}
