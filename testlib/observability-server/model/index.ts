export {
  type AgentStatus,
  agentStatus,
  defaultCheckIntervalMs,
  onlineUntilMs,
  unhealthyUntilMs,
} from "./agent-status.ts";
export type { ObservedAgent } from "./agents.ts";
export type { Alert, AlertKind } from "./alerts.ts";
export type { ObservedComponent, ObservedMetric } from "./components.ts";
export { type ComponentType, componentOf, textOf } from "./event-fields.ts";
export { Model, type ModelLimits, type ObservedModel, statusOf } from "./model.ts";
export type { RunState, RunStatus } from "./run-state.ts";
export type { ObservedRun, ObservedTask } from "./runs.ts";
export { outcomesOf, type Tallies } from "./tallies.ts";
