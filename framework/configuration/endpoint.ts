import { z } from "zod";
import { httpEndpointUrl, nonNegativeSeconds } from "../../toolkit/index.ts";

const METHODS = ["GET", "POST", "DELETE", "PATCH", "PUT", "HEAD", "OPTIONS"] as const;

/** The keys of a section that describes one endpoint to be called periodically: `z.strictObject({ ...endpointFields() })`. */
export function endpointFields() {
  return {
    endpoint: httpEndpointUrl().meta({
      description: "URL to call.",
      examples: ["https://tool.example.com/api/status"],
    }),
    method: z
      .preprocess((given) => (typeof given === "string" ? given.toUpperCase() : given), z.enum(METHODS))
      .meta({ description: "HTTP method to call it with, in any case.", examples: ["GET"] }),
    timeout: nonNegativeSeconds()
      .default(120)
      .meta({ description: "Seconds for one call.", examples: [30] }),
    period: nonNegativeSeconds()
      .default(5)
      .meta({ description: "Seconds from the start of one call to the next.", examples: [60] }),
  };
}
