import { z } from "zod";
import { defineConfiguration } from "../../../registry/index.ts";
import { httpUrl, positiveSeconds } from "../../../toolkit/index.ts";

/** `[oracle]`: the invented tool that the oracle's agent watches. */
export const oracleConfiguration = defineConfiguration({
  section: "oracle",
  envPrefix: "DK_ORACLE_",
  schema: z.strictObject({
    tool_url: httpUrl().meta({ description: "Root of the tool's API." }),
    period: positiveSeconds().default(0.15).meta({ description: "Seconds from one poll to the next." }),
    window: z
      .enum(["cursor", "watermark"])
      .default("cursor")
      .meta({ description: "Ask from the tool's own time that the agent has kept, or from the loop's watermark." }),
  }),
});
