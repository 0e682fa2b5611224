import { apiTokenConfiguration } from "../framework/configuration/index.ts";
import type { AgentTable } from "../framework/entry/index.ts";
import { acceptedCredentials, databricksConfiguration } from "./databricks/configuration.ts";
import { exampleConfiguration } from "./target_example/configuration.ts";

/** Every agent there is, by `agent_type`. A new one is added here by hand: nothing is discovered. */
export const agents: AgentTable = {
  target_example: {
    aliases: ["example_agent"],
    configurations: [exampleConfiguration, apiTokenConfiguration],
    load: async () => (await import("./target_example/agent.ts")).targetExampleAgent,
  },
  databricks: {
    configurations: [databricksConfiguration],
    credentials: acceptedCredentials,
    readsLargeReplies: true,
    load: async () => (await import("./databricks/agent.ts")).databricksAgent,
  },
};
