export type { AgentTarget, AgentTargetOptions, FloodOptions } from "./agent-target.ts";
export type { TargetMessage, TargetStatus } from "./message.ts";
export { useAgentTarget } from "./server.ts";
export { type Moment, tellStory } from "./story.ts";
export type { StoryOptions } from "./story-options.ts";
