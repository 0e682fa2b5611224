import type { EffectiveSetting } from "../../registry/index.ts";
import type { Redactor } from "../../toolkit/index.ts";
import type { Monitor, Shutdown } from "../core/index.ts";
import type { DeliveryView } from "./delivery-view.ts";

/** Whose service this is. */
export interface AgentFacts {
  readonly type: string;
  /** Its name in Observability. */
  readonly key: string;
  readonly version: string;
}

/** Everything that the service speaks of. */
export interface Watched {
  readonly agent: AgentFacts;
  /** On the clock of `performance.now()`. */
  readonly startedAtMs: number;
  readonly monitor: Monitor;
  readonly shutdown: Shutdown;
  readonly redactor: Redactor;
  readonly settings: () => readonly EffectiveSetting[];
  readonly delivery: DeliveryView;
  readonly replayEnabled: boolean;
}
