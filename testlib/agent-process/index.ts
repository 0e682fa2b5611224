export { type AgentProcess, type AgentProcessOptions, useAgentProcess } from "./agent-process.ts";
export type { LogLine, LogRecord } from "./log-line.ts";
export type { AgentExit } from "./output.ts";
