import { runAgents } from "../../../framework/entry/index.ts";
import { oracleConfiguration } from "./configuration.ts";

/** The process that the oracle starts and kills. */
process.exit(
  await runAgents({
    oracle: { configurations: [oracleConfiguration], load: async () => (await import("./agent.ts")).oracleAgent },
  }),
);
