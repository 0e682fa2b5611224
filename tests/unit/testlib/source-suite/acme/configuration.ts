import { z } from "zod";
import { defineConfiguration } from "../../../../../registry/index.ts";
import { httpUrl, positiveSeconds, secret } from "../../../../../toolkit/index.ts";

const fields = {
  api_url: httpUrl(),
  secret: secret(z.string().min(1)),
  period: positiveSeconds().default(5),
  jobs: z.array(z.string()).default([]),
};

/** `[acme]`: the invented batch tool. */
export const acmeConfiguration = defineConfiguration({
  section: "acme",
  envPrefix: "DK_ACME_",
  schema: z.strictObject(fields),
});

/** The same, with a key that nobody checks. */
export const laxConfiguration = defineConfiguration({
  section: "acme",
  envPrefix: "DK_ACME_",
  schema: z.strictObject({ ...fields, jobs: z.unknown() }),
});
