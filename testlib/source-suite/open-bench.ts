import type { Operation } from "effection";
import { type AgentEntry, selectAgent } from "../../framework/entry/index.ts";
import type { TestClock } from "../clock/index.ts";
import { captureLog } from "../fixtures/index.ts";
import { type ObservabilityServer, useObservabilityServer } from "../observability-server/index.ts";
import { Bench } from "./bench.ts";
import { useClocks } from "./clocks.ts";
import type { Source, StandIn } from "./source.ts";
import { suiteError } from "./suite-error.ts";
import { useTemporaryDirectory } from "./temporary-directory.ts";
import { Verdict } from "./verdict.ts";

/** A bench for one case, in virtual time. It ends with the calling scope. */
export function* openBench<Tool extends StandIn>(
  source: Source<Tool>,
  clock: TestClock,
  { periodMs }: { readonly periodMs: number },
): Operation<Bench> {
  const log = yield* captureLog();
  const clocks = yield* useClocks(clock);
  const server = yield* useObservabilityServer();
  const standIn = yield* source.standIn(clocks.tool);
  const env = {
    DK_HEARTBEAT_PERIOD: "600", // it is no news: without many of them, a virtual day is over sooner
    ...(source.can.durability && { DK_STATE_DIR: yield* useTemporaryDirectory() }),
    ...environmentFor(source, standIn, server, periodMs),
  };
  const verdict = new Verdict({ server, logged: () => log.lines, repeats: source.can.repeats === true });
  return new Bench({ can: source.can, entry: entryOf(source), env, periodMs, clock, clocks, server, standIn, verdict });
}

/** All that the agent needs to be told. */
export function environmentFor<Tool extends StandIn>(
  source: Source<Tool>,
  standIn: Tool,
  server: ObservabilityServer,
  periodMs: number,
): Readonly<Record<string, string>> {
  return {
    DK_AGENT_TYPE: source.name,
    DK_AGENT_KEY: "source-suite",
    DK_OBSERVABILITY_BASE_URL: server.url,
    DK_OBSERVABILITY_SERVICE_ACCOUNT_KEY: server.key,
    ...source.environment(standIn, { periodMs }),
  };
}

export function entryOf({ agents, name }: Pick<Source, "agents" | "name">): AgentEntry {
  const selected = selectAgent(agents, name);
  if (selected === undefined) throw suiteError(`The table has no agent "${name}"; give its agent_type as the name.`);
  return selected.entry;
}
