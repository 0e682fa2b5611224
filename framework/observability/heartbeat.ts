import type { Operation } from "effection";
import { lookup } from "../../registry/index.ts";
import { toTimestamp } from "../../toolkit/observability/index.ts";
import { coreConfiguration, observabilityConfiguration } from "../configuration/index.ts";
import { type PeriodicTask, periodicLoop } from "../core/index.ts";
import { agentVersion } from "../version.ts";
import { refusedKey } from "./answer.ts";
import { useObservabilityClient } from "./client.ts";
import { fateOf } from "./fate.ts";
import { useStateStore } from "./state-store.ts";

/** Says that the agent is alive: at once, and then every `heartbeat_period`. `tool` is what it watches. */
export function* heartbeatLoop({ tool }: { readonly tool: string }): Operation<void> {
  const { heartbeat_period } = yield* lookup(coreConfiguration);
  yield* periodicLoop(heartbeatTask(tool), { periodMs: heartbeat_period * 1000 });
}

/** On connections of its own, so that a stuck event path never stops it. */
function heartbeatTask(tool: string): PeriodicTask {
  return {
    name: "observability.heartbeat",
    *open({ log }) {
      const { agent_key: key } = yield* lookup(coreConfiguration);
      const { on_unauthorized } = yield* lookup(observabilityConfiguration);
      const http = yield* useObservabilityClient();
      const state = yield* useStateStore();
      const version = agentVersion();
      return function* () {
        const latest = state.latestEventTimestamp;
        const json = {
          key,
          tool,
          version,
          latest_event_timestamp: latest === undefined ? null : toTimestamp(latest),
        };
        const answer = yield* http.request({ method: "POST", path: "agent/v1/heartbeat", json });
        if (fateOf(answer.status) === "unauthorized" && on_unauthorized === "exit") throw refusedKey(answer.status);
        answer.expectOk();
        log.debug("Heartbeat sent.");
      };
    },
  };
}
