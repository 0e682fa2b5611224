import type { Operation } from "effection";
import type { Configuration } from "../../registry/index.ts";
import type { AcceptedCredentials } from "../configuration/index.ts";

/** An agent's main: it opens what the agent needs and runs its loops until they end. */
export type AgentMain = () => Operation<void>;

export interface AgentEntry {
  /** Other values of `agent_type` that start it. */
  readonly aliases?: readonly string[];
  /** Its sections of agent.toml: read and checked before it starts. */
  readonly configurations: readonly Configuration[];
  /** What it signs in to its tool with: without any of it, it does not start. See `useCredentials`. */
  readonly credentials?: AcceptedCredentials;
  /** Memory is dearer to it than speed: large replies, which are gone in a moment, are collected at once. */
  readonly readsLargeReplies?: boolean;
  /** Imports its code: only the agent that runs is loaded, with its vendor's libraries. */
  readonly load: () => Promise<AgentMain>;
}

/** All agents by `agent_type`. */
export type AgentTable = Readonly<Record<string, AgentEntry>>;

/** @returns the name and the entry that `agentType` selects, by name or alias */
export function selectAgent(
  table: AgentTable,
  agentType: string,
): { readonly name: string; readonly entry: AgentEntry } | undefined {
  const found = Object.entries(table).find(
    ([name, { aliases = [] }]) => name === agentType || aliases.includes(agentType),
  );
  return found && { name: found[0], entry: found[1] };
}
