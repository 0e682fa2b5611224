export { casesFor, describeSource, runSourceCase, suiteClock } from "./describe-source.ts";
export {
  compare,
  type Finding,
  type FindingKind,
  type Obligation,
  type ObligedStatus,
  toObligation,
} from "./obligations.ts";
export type {
  Abilities,
  Pace,
  PlannedRun,
  Source,
  StandIn,
  StandInFaults,
  ToolClock,
  ToolFault,
  ToolFaults,
} from "./source.ts";
