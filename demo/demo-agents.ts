import type { Operation } from "effection";
import { useAgentTarget } from "../testlib/agent-target/index.ts";
import { useDatabricksServer } from "../testlib/databricks-server/index.ts";

/** A running stand-in for the tool an agent watches. */
export interface DemoTool {
  readonly description: string;
  /** What points the agent at it. */
  readonly env: Readonly<Record<string, string>>;
}

/** An agent the demo can show. */
export interface DemoAgent {
  readonly type: string;
  /** Starts the stand-in; it ends with the caller's scope. */
  useTool(): Operation<DemoTool>;
}

/** A lively pace: the shortest runs take two seconds, and about a dozen messages a second are still readable. */
const speed = 20;

const targetExample: DemoAgent = {
  type: "target_example",
  *useTool() {
    const target = yield* useAgentTarget({ story: { speed } });
    return {
      description: `agent-target at ${target.url}`,
      env: { DK_EXAMPLE_TARGET_URL: target.url, DK_EXAMPLE_COMPONENT_TYPE: "BATCH_PIPELINE" },
    };
  },
};

const databricks: DemoAgent = {
  type: "databricks",
  *useTool() {
    const workspace = yield* useDatabricksServer({ story: { speed, jobs: 8 } });
    return {
      description: `a Databricks workspace at ${workspace.url}`,
      env: { ...workspace.envFor("api_token"), DK_PERIOD: "1" },
    };
  },
};

/** By agent type. To show another agent, start its tool's stand-in here. */
export const demoAgents: ReadonlyMap<string, DemoAgent> = new Map(
  [targetExample, databricks].map((agent) => [agent.type, agent]),
);
