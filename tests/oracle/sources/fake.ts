import { fileURLToPath } from "node:url";
import type { Operation } from "effection";
import { judgeByKey } from "../checker/promises.ts";
import { toolKinds } from "../faults/tool-faults.ts";
import type { Random } from "../random.ts";
import { obligationsOf } from "../world/obligations.ts";
import { planRuns, type Span } from "../world/runs.ts";
import { Tool } from "../world/tool.ts";
import { useToolServer } from "../world/tool-server.ts";
import type { OracleSource, SentEvent } from "./source.ts";

/** How long new runs begin once all is well again. */
const CALM_MS = 2_000;

/** The invented tool. In one of three seeds its agent goes by the loop's watermark, and no clock is wrong then. */
export function* useFakeSource(seed: number, span: Span, random: Random): Operation<OracleSource> {
  const tool = new Tool(planRuns(seed, span));
  const server = yield* useToolServer(tool);
  const obligations = () => tool.runs.flatMap(obligationsOf);
  const window = seed % 3 === 0 ? "watermark" : "cursor";
  return {
    entry: fileURLToPath(new URL("../agent/main.ts", import.meta.url)),
    env: {
      DK_AGENT_TYPE: "oracle",
      DK_ORACLE_TOOL_URL: server.url,
      DK_ORACLE_WINDOW: window,
      DK_HTTP_READ_TIMEOUT: "1",
    },
    kinds: toolKinds(server, random),
    clockJumps: window === "cursor",
    hasRepairs: false,
    keyOf,
    awaitRest(came) {
      const now = Date.now();
      tool.endBy(now + CALM_MS, now);
      const rest = new Set(obligations().map(({ key }) => key));
      return () => {
        for (const key of rest) {
          if (!came.has(key)) return false;
          rest.delete(key);
        }
        return true;
      };
    },
    obligations,
    judge: (deliveries) => judgeByKey(obligations())(deliveries),
  };
}

/** The agent says in the metadata which step it is. */
function keyOf({ body }: SentEvent): string {
  const { metadata } = body;
  const isNamed = typeof metadata === "object" && metadata !== null && "oracle" in metadata;
  return isNamed ? String(metadata["oracle"]) : JSON.stringify(body);
}
