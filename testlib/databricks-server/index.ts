export {
  type Auth as DatabricksAuth,
  azureDatabricksScope,
  type CredentialKind as DatabricksCredentialKind,
  standInCredentials as databricksCredentials,
} from "./auth/index.ts";
export type { DatabricksServer, DatabricksServerOptions } from "./databricks-server.ts";
export type { DatabricksObligation, Exposure as DatabricksExposure, ObligationOptions } from "./exposure/index.ts";
export { type DatabricksFault, type DatabricksFaultScope, DatabricksFaults, databricksFault } from "./faults/index.ts";
export { useDatabricksServer } from "./server.ts";
export type { DatabricksStoryOptions } from "./story/index.ts";
export type { DatabricksEndpoint, DatabricksRequest } from "./traffic/index.ts";
export type {
  Job as DatabricksJob,
  JobRun as DatabricksRun,
  JobSettings as DatabricksJobSettings,
  RepairSettings as DatabricksRepairSettings,
  RunSettings as DatabricksRunSettings,
  TaskRun as DatabricksTaskRun,
  TaskSettings as DatabricksTaskSettings,
} from "./workspace/index.ts";
