export { type AgentEntry, type AgentMain, type AgentTable, selectAgent } from "./agent-table.ts";
export { type ExitCode, exitCodes } from "./exit-code.ts";
export { knownConfigurations, prepare, type RunOptions } from "./prepare.ts";
export { runAgents } from "./run-agents.ts";
