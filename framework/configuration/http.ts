import { z } from "zod";
import { defineConfiguration } from "../../registry/index.ts";
import { httpClientFields } from "./client.ts";

/** `[http]`: the clients that talk to the monitored tool. */
export const httpConfiguration = defineConfiguration({
  section: "http",
  envPrefix: "DK_HTTP_",
  schema: z.strictObject(httpClientFields({ total: 10, keptAlive: 5 })),
});

export type HttpSettings = z.output<typeof httpConfiguration.schema>;
