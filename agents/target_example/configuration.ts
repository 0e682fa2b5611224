import { z } from "zod";
import { defineConfiguration } from "../../registry/index.ts";
import { positiveSeconds, webSocketUrl } from "../../toolkit/index.ts";

/** `[example]` in agent.toml. */
export const exampleConfiguration = defineConfiguration({
  section: "example",
  envPrefix: "DK_EXAMPLE_",
  schema: z.strictObject({
    target_url: webSocketUrl().meta({
      description: "The WebSocket service whose messages become events.",
      examples: ["ws://agent-target:9090/"],
    }),
    component_type: z
      .string()
      .transform((text) => text.toUpperCase())
      .pipe(z.enum(["BATCH_PIPELINE", "DATASET"]))
      .meta({
        description:
          "What the messages are about, in any letter case: BATCH_PIPELINE makes run-status events, DATASET makes dataset-operation events.",
        examples: ["BATCH_PIPELINE"],
      }),
    timeout: positiveSeconds().default(120).meta({
      description:
        "Seconds allowed for the connection handshake and for each phase of handling a message; also how long the service may be silent, pongs included, before the connection is given up.",
    }),
    period: positiveSeconds().default(5).meta({
      description:
        "Seconds, at most, before the second attempt to reconnect (the first follows at once); later waits double, up to 60.",
    }),
    max_message_bytes: z
      .int()
      .min(1)
      .default(1_048_576)
      .meta({ description: "A larger message is not read: the connection is closed with code 1009 and opened anew." }),
  }),
});

export type ExampleSettings = z.output<typeof exampleConfiguration.schema>;
