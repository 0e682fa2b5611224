export { type Exposure, Exposures, type Sight } from "./exposures.ts";
export { type DatabricksObligation, type ObligationOptions, obligationsOf } from "./obligations.ts";
export type { OwedStatus } from "./owed-status.ts";
