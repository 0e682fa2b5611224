import { fileURLToPath } from "node:url";
import type { AgentTable } from "../../../../../framework/entry/index.ts";
import type { Source } from "../../../../../testlib/index.ts";
import { acmeAgent, type Flaw } from "./agent.ts";
import { acmeConfiguration, laxConfiguration } from "./configuration.ts";
import { durableAcmeAgent } from "./durable-agent.ts";
import { type AcmeTool, LATENESS_MS, PAGE_SIZE, useAcmeTool } from "./tool.ts";

export const acmeAgents = (flaw?: Flaw): AgentTable => ({
  acme: {
    configurations: [flaw === "has a setting that takes anything" ? laxConfiguration : acmeConfiguration],
    load: async () => acmeAgent(flaw),
  },
});

/** The invented polling source, sound or with one flaw. */
export function acmeSource(flaw?: Flaw): Source<AcmeTool> {
  return {
    name: "acme",
    agents: acmeAgents(flaw),
    main: fileURLToPath(new URL("./main.ts", import.meta.url)),
    can: {
      poll: { pageSize: PAGE_SIZE, latenessMs: LATENESS_MS, rateLimit: true, authorization: "renewed" },
      running: true,
    },
    standIn: useAcmeTool,
    environment: ({ url, secret }, { periodMs }) => ({
      DK_ACME_API_URL: url,
      DK_ACME_SECRET: secret,
      DK_ACME_PERIOD: String(periodMs / 1000),
    }),
  };
}

/** The same source with an agent that keeps its state. */
export function durableAcmeSource(): Source<AcmeTool> {
  const source = acmeSource();
  const entry = { configurations: [acmeConfiguration], load: async () => durableAcmeAgent };
  return { ...source, agents: { acme: entry }, can: { ...source.can, durability: true } };
}
