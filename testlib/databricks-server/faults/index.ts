export { databricksFault } from "./catalogue.ts";
export type { DatabricksFault, Edit } from "./fault.ts";
export { type DatabricksFaultScope, DatabricksFaults } from "./faults.ts";
