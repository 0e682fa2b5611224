import type { Operation } from "effection";
import { httpConfiguration } from "../../../framework/configuration/index.ts";
import { openNursery, periodicLoop } from "../../../framework/core/index.ts";
import { openEventChannel } from "../../../framework/delivery/index.ts";
import { useHttpClient } from "../../../framework/http/index.ts";
import { eventSenderLoop, heartbeatLoop } from "../../../framework/observability/index.ts";
import { lookup } from "../../../registry/index.ts";
import { oracleConfiguration } from "./configuration.ts";
import { LOOKBACK_MS, reportRuns } from "./tasks.ts";

/** Reports the runs of an invented tool, as any agent would that polls: nothing in it knows of the oracle's faults. */
export function* oracleAgent(): Operation<void> {
  const { tool_url, period, window } = yield* lookup(oracleConfiguration);
  const http = yield* useHttpClient({ baseUrl: tool_url, settings: yield* lookup(httpConfiguration) });
  const [send, receive] = yield* openEventChannel();
  const watermark = window === "watermark" ? { watermark: { lookbackMs: LOOKBACK_MS } } : {};
  yield* openNursery(function* (nursery) {
    nursery.startSoon(periodicLoop(reportRuns({ http, window }, send), { periodMs: period * 1000, ...watermark }));
    nursery.startSoon(eventSenderLoop(receive));
    nursery.startSoon(heartbeatLoop({ tool: "oracle" }));
  });
}
