import type { AcceptedEvent, ReceivedHeartbeat } from "../received.ts";
import { type AgentStatus, agentStatus, defaultCheckIntervalMs } from "./agent-status.ts";
import { applyHeartbeat, type ObservedAgent } from "./agents.ts";
import type { Alert } from "./alerts.ts";
import { Components, type ObservedComponent } from "./components.ts";
import type { ComponentType } from "./event-fields.ts";
import { RecentMap } from "./recent-map.ts";
import { type ObservedRun, Runs } from "./runs.ts";

export interface ModelLimits {
  readonly maxRuns: number;
  readonly maxComponents: number;
  readonly maxAgents: number;
  readonly maxAlerts: number;
}

const defaultLimits: ModelLimits = { maxRuns: 5_000, maxComponents: 2_000, maxAgents: 500, maxAlerts: 1_000 };

/**
 * What the server makes of what it accepted. Pure: it reads no clock. The entries that had no event for longest are
 * forgotten past the limits.
 */
export class Model {
  /** Counts up with each event or heartbeat; what changed last carries the highest. */
  revision = 0;
  readonly alerts: Alert[] = [];
  alertsRaised = 0;
  readonly #agents: RecentMap<ObservedAgent>;
  readonly #components: Components;
  readonly #runs: Runs;
  readonly #limits: ModelLimits;

  constructor(limits: Partial<ModelLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#agents = new RecentMap(this.#limits.maxAgents);
    this.#components = new Components(this.#limits.maxComponents);
    this.#runs = new Runs(this.#limits.maxRuns);
  }

  applyEvent(event: AcceptedEvent): void {
    this.revision += 1;
    this.#components.apply(event, this.revision);
    const applied = this.#runs.apply(event, this.revision);
    if (applied?.alert === undefined) return;
    const { pipelineKey, key: runKey } = applied.run;
    this.alertsRaised += 1;
    this.alerts.push({
      sequence: this.alertsRaised,
      kind: applied.alert,
      raisedAt: event.receivedAt,
      pipelineKey,
      runKey,
    });
    if (this.alerts.length > this.#limits.maxAlerts) this.alerts.shift();
  }

  applyHeartbeat(heartbeat: ReceivedHeartbeat): void {
    this.revision += 1;
    applyHeartbeat(this.#agents, heartbeat, this.revision);
  }

  /** In the order of their last event, oldest first; so are `components` and `agents`. */
  get runs(): readonly ObservedRun[] {
    return [...this.#runs.values()];
  }

  run(pipelineKey: string, runKey: string): ObservedRun | undefined {
    return this.#runs.get(pipelineKey, runKey);
  }

  get components(): readonly ObservedComponent[] {
    return [...this.#components.values()];
  }

  component(type: ComponentType, key: string): ObservedComponent | undefined {
    return this.#components.get(type, key);
  }

  get agents(): readonly ObservedAgent[] {
    return [...this.#agents.values()];
  }
}

/** The model for those who only look. */
export type ObservedModel = Omit<Model, "applyEvent" | "applyHeartbeat" | "revision">;

/** An agent's status at a moment in epoch milliseconds. */
export function statusOf(agent: ObservedAgent, nowMs: number, checkIntervalMs = defaultCheckIntervalMs): AgentStatus {
  return agentStatus(nowMs - agent.lastHeartbeatAt, checkIntervalMs);
}
