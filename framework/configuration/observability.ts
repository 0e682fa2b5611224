import { z } from "zod";
import { defineConfiguration } from "../../registry/index.ts";
import { httpClientFields } from "./client.ts";

/** `[observability]`: the clients that talk to Observability. */
export const observabilityConfiguration = defineConfiguration({
  section: "observability",
  envPrefix: "DK_OBSERVABILITY_",
  schema: z.strictObject({
    // One connection for each delivery in flight; closing any of them would cost a new one with the next event.
    ...httpClientFields({ total: 32, keptAlive: 32 }),
    on_unauthorized: z
      .enum(["hold", "exit"])
      .default("hold")
      .meta({
        description:
          'When Observability refuses the service account key: "hold" keeps the events and tries again, "exit" ends the agent.',
        examples: ["exit"],
      }),
  }),
});

export type ObservabilitySettings = z.output<typeof observabilityConfiguration.schema>;
