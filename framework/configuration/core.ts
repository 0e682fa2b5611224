import { z } from "zod";
import { defineConfiguration } from "../../registry/index.ts";
import { headerText, httpUrl, logLevel, positiveSeconds, secret } from "../../toolkit/index.ts";

/** Where agents keep what must survive a restart, unless told otherwise; it is made for that in the image. */
export const DEFAULT_STATE_DIRECTORY = "/var/lib/observability-agent";

/** Far more than anybody waits for a process to end, and far less than the timers of Node can take (24 days). */
const DAY_SECONDS = 86_400;

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
    observability_service_account_key: secret(headerText()).meta({
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
          "Events a channel holds before its sender has to wait. 0 hands each event over directly, with none waiting. Events that are to be delivered wait in state_dir, as many as it has room for; without it, in memory, this many or 1024.",
        examples: [5000],
      }),
    state_dir: z
      .string()
      .min(1)
      .default(DEFAULT_STATE_DIRECTORY)
      .meta({
        description:
          "Directory for what must survive a restart: events that are not delivered yet, and how far the tool was read. Each agent needs its own. The default must exist, any other is made; when it cannot be written to, all that is in memory only.",
        examples: ["./state"],
      }),
    state_max_mib: z
      .number()
      .min(1)
      .default(512)
      .meta({
        description: "MiB that state_dir may take up. When they are used up, the tool is not read any further.",
        examples: [2048],
      }),
    ledger_days: z
      .number()
      .positive()
      .default(7)
      .meta({ description: "Days for which an event that was sent is not sent again.", examples: [30] }),
    dead_letter_days: z
      .number()
      .positive()
      .default(30)
      .meta({ description: "Days for which an event that Observability refused for good is kept.", examples: [90] }),
    heartbeat_period: positiveSeconds()
      .default(60)
      .meta({ description: "Seconds from one heartbeat to the next.", examples: [30] }),
    shutdown_timeout: positiveSeconds()
      .max(DAY_SECONDS, `must be a day (${DAY_SECONDS}) or less`)
      .default(20)
      .meta({
        description: "Seconds the agent may take to finish its work when it is told to stop.",
        examples: [10],
      }),
    service_port: z
      .int()
      .min(0)
      .max(65_535)
      .nullable()
      .default(null)
      .meta({
        description:
          "Port for health (/livez, /readyz), metrics (/metrics) and the status page (/); 0 for any that is free, which the log then names. Without it there is none of these.",
        examples: [8080],
      }),
    service_host: z
      .string()
      .min(1)
      .default("127.0.0.1")
      .meta({
        description:
          'Address on which service_port is opened. "0.0.0.0" for all of this machine\'s, which probes from outside of a container need; whoever reaches it can then read names of runs and error texts.',
        examples: ["0.0.0.0"],
      }),
    service_replay_enabled: z
      .boolean()
      .default(false)
      .meta({
        description: "Let the status page queue dead letters again. Whoever reaches the page may do it then.",
        examples: [true],
      }),
  }),
});

export type CoreSettings = z.output<typeof coreConfiguration.schema>;
