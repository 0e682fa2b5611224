import { z } from "zod";
import type { AcceptedCredentials } from "../../framework/configuration/index.ts";
import { defineConfiguration } from "../../registry/index.ts";
import { httpUrl, nonNegativeSeconds, positiveSeconds, secret } from "../../toolkit/index.ts";

/** `[databricks]` in agent.toml. */
export const databricksConfiguration = defineConfiguration({
  section: "databricks",
  envPrefix: "DK_",
  schema: z.strictObject({
    databricks_host: httpUrl().meta({
      description: "URL of the workspace.",
      examples: ["https://adb-1234567890123456.7.azuredatabricks.net/"],
    }),
    databricks_jobs_version: z
      .enum(["2.1", "2.2"])
      .default("2.1")
      .meta({ description: "Version of the Jobs API.", examples: ["2.2"] }),
    databricks_jobs: z
      .array(z.string().min(1))
      .default([])
      .meta({
        description:
          "Which jobs to watch, by name or by numeric id; all when empty. A name must be the whole name, in the same case; text of digits only is an id.",
        examples: [["nightly_etl", "620000000000123"]],
      }),
    databricks_start_lookback: nonNegativeSeconds()
      .default(3600)
      .meta({
        description:
          "Seconds before its very first start from which the agent also reports runs that have ended. Later starts go on where the agent stopped.",
        examples: [86_400],
      }),
    databricks_task_key: z
      .enum(["run_id", "task_key"])
      .default("run_id")
      .meta({
        description:
          "What tells the tasks of a pipeline apart: run_id makes a task of every task run, task_key one of every task of the job, which its retries and repairs update.",
        examples: ["task_key"],
      }),
    timeout: nonNegativeSeconds()
      .default(120)
      .meta({
        description: "Seconds for one question to Databricks with its retries; 0 for no limit.",
        examples: [60],
      }),
    period: positiveSeconds()
      .default(5)
      .meta({ description: "Seconds from one look at the runs to the next.", examples: [30] }),
    databricks_failed_watch_period: positiveSeconds()
      .default(600)
      .meta({
        description: "Seconds from one look to the next at a run that has failed, since it may be repaired.",
        examples: [300],
      }),
    databricks_failed_watch_max_time: nonNegativeSeconds()
      .default(604_800)
      .meta({
        description: "Seconds after its last failure for which a failed run is watched; a week by default.",
        examples: [86_400],
      }),
    databricks_max_requests_per_second: z
      .number()
      .positive("must be more than 0")
      .default(20)
      .meta({
        description: "Requests to Databricks, which allows each workspace a few dozen a second for all its users.",
        examples: [5],
      }),
    databricks_max_concurrent_requests: z
      .int()
      .min(1)
      .default(5)
      .meta({
        description: "Requests to Databricks under way at a time; no more than max_total_connections of [http].",
        examples: [2],
      }),
    databricks_client_id: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .meta({
        description: "Client id of a Databricks service principal, for signing in with OAuth (machine to machine).",
        examples: ["00000000-0000-0000-0000-000000000000"],
      }),
    databricks_client_secret: secret(z.string().min(1))
      .nullable()
      .default(null)
      .meta({ description: "OAuth secret of that service principal. Never logged.", examples: ["the-oauth-secret"] }),
  }),
});

/** A service principal of Databricks goes first, then a personal access token, then what Azure knows. */
export const acceptedCredentials: AcceptedCredentials = {
  own: { configuration: databricksConfiguration, keys: ["databricks_client_id", "databricks_client_secret"] },
  kinds: ["api_token", "azure_spn", "azure_basic_oauth"],
  azureScope: "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default", // Azure Databricks in Microsoft Entra, the same everywhere
};

export type DatabricksSettings = z.output<typeof databricksConfiguration.schema>;
