import type { Operation } from "effection";
import { z } from "zod";
import { coreConfiguration, httpConfiguration } from "../../framework/configuration/index.ts";
import { openMemoryChannel, openNursery, periodicLoop } from "../../framework/core/index.ts";
import { openEventChannel, openState } from "../../framework/delivery/index.ts";
import { useHttpClient } from "../../framework/http/index.ts";
import { eventSenderLoop, heartbeatLoop } from "../../framework/observability/index.ts";
import { lookup } from "../../registry/index.ts";
import { useLogger } from "../../toolkit/index.ts";
import { useDatabricksAuth } from "./authentication.ts";
import { databricksConfiguration } from "./configuration.ts";
import { TOOL } from "./events.ts";
import { jobsApi } from "./jobs-api.ts";
import { watchLoop } from "./loop.ts";
import { Remarks } from "./remarks.ts";
import { discoverRuns, watchRun } from "./tasks.ts";
import { RUNS_STATE, type Watch } from "./watch-list.ts";

/** Runs that are looked up at a time. Most wait for their turn to ask Databricks: more would make nothing faster. */
const MAX_LOOK_UPS = 64;
/** Runs at a time whose news go to disk. */
const MAX_REPORTS = 32;

const DAY_MS = 86_400_000;

/** Databricks refuses access tokens that have expired or were revoked with 403, though it documents 401. */
const REFUSALS = new Set([401, 403]);

/** Reports the runs of a Databricks workspace and their tasks. */
export function* databricksAgent(): Operation<void> {
  const settings = yield* lookup(databricksConfiguration);
  const http = yield* lookup(httpConfiguration);
  const { ledger_days } = yield* lookup(coreConfiguration);
  const auth = yield* useDatabricksAuth(settings, http);
  const address = { baseUrl: settings.databricks_host, baseUrlSetting: "databricks_host" };
  const client = yield* useHttpClient({ ...address, settings: http, auth, refusals: REFUSALS });
  const parts = {
    api: jobsApi(client, settings, http.max_total_connections),
    settings,
    ledgerMs: ledger_days * DAY_MS,
    runs: yield* openState(RUNS_STATE),
    cursors: yield* openState({ name: "databricks.cursors", schema: z.number() }),
    remarks: new Remarks(yield* useLogger({ agent: TOOL })),
  };
  const [send, receive] = yield* openEventChannel();
  const [lookUp, lookUps] = openMemoryChannel<Watch>(Number.POSITIVE_INFINITY); // each run is in it once at most
  const [report, reports] = openMemoryChannel<Watch>(0);
  yield* openNursery(function* (nursery) {
    const discovery = discoverRuns(parts, lookUp, report);
    nursery.startSoon(periodicLoop(discovery, { periodMs: settings.period * 1000 }), { name: "discovery" });
    nursery.startSoon(watchLoop(watchRun(parts, send.clone()), lookUps, { limit: MAX_LOOK_UPS }), { name: "look-ups" });
    nursery.startSoon(watchLoop(watchRun(parts, send), reports, { limit: MAX_REPORTS }), { name: "reports" });
    nursery.startSoon(eventSenderLoop(receive), { name: "event sender" });
    nursery.startSoon(heartbeatLoop({ tool: TOOL }), { name: "heartbeat" });
  });
}
