export { type Fault, type FaultScope, Faults, unavailable } from "./faults.ts";
export {
  type AgentStatus,
  type Alert,
  type AlertKind,
  type ObservedAgent,
  type ObservedComponent,
  type ObservedModel,
  type ObservedRun,
  type ObservedTask,
  type RunState,
  statusOf,
} from "./model/index.ts";
export type { AcceptedEvent, ReceivedHeartbeat, ReceivedState, RefusedRequest } from "./received.ts";
export { type ObservabilityServer, type ObservabilityServerOptions, useObservabilityServer } from "./server.ts";
export {
  allowBoth,
  defaultServiceAccountKey,
  type ServiceAccountKeys,
  type ServiceName,
} from "./service-account-keys.ts";
