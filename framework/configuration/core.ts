import { z } from "zod";
import { defineConfiguration } from "../../registry/index.ts";
import { httpUrl, logLevel, positiveSeconds, secret } from "../../toolkit/index.ts";

/** The server takes no longer key. */
const MAX_AGENT_KEY_LENGTH = 255;

/** `[core]`: what every agent needs. */
export const coreConfiguration = defineConfiguration({
  section: "core",
  envPrefix: "DK_",
  schema: z.strictObject({
    agent_type: z
      .string()
      .min(1)
      .meta({ description: "Which agent runs, by its name.", examples: ["example_agent"] }),
    agent_key: z
      .string()
      .min(1)
      .max(MAX_AGENT_KEY_LENGTH)
      .meta({ description: "Name of this agent, as Observability lists it.", examples: ["warehouse-agent"] }),
    observability_service_account_key: secret(z.string().min(1)).meta({
      description: "Service account key of the project in Observability. Never logged.",
      examples: ["paste-the-key-here"],
    }),
    observability_base_url: httpUrl().meta({
      description: "Root of the Observability API.",
      examples: ["https://api.datakitchen.io/"],
    }),
    log_level: logLevel()
      .default("info")
      .meta({ description: "How much is logged.", examples: ["debug"] }),
    max_channel_capacity: z
      .int()
      .min(0)
      .default(1000)
      .meta({
        description:
          "Events a channel holds before its sender has to wait. 0 hands each event over directly, with none waiting.",
        examples: [5000],
      }),
    heartbeat_period: positiveSeconds()
      .default(60)
      .meta({ description: "Seconds from one heartbeat to the next.", examples: [30] }),
    shutdown_timeout: positiveSeconds()
      .default(20)
      .meta({
        description: "Seconds the agent may take to finish its work when it is told to stop.",
        examples: [10],
      }),
  }),
});

export type CoreSettings = z.output<typeof coreConfiguration.schema>;
