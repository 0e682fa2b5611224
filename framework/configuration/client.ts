import { z } from "zod";
import { nonNegativeSeconds } from "../../toolkit/index.ts";

const parameterValue = z.union([z.string(), z.number(), z.boolean()]);

/** Query parameters: a table, or a list of pairs where a name occurs more than once. */
const parameters = z
  .union([z.record(z.string(), parameterValue), z.array(z.tuple([z.string(), parameterValue]))], {
    error: "must be a table, or a list of [name, value] pairs",
  })
  .transform((given): readonly (readonly [name: string, value: string])[] =>
    (Array.isArray(given) ? given : Object.entries(given)).map(([name, value]) => [name, String(value)]),
  );

/**
 * The settings of an HTTP client, which several sections have. `params` come out as a list of pairs; a timeout of 0 means
 * that there is no limit.
 */
export function httpClientFields(connections: { readonly total: number; readonly keptAlive: number }) {
  return {
    read_timeout: nonNegativeSeconds()
      .default(60)
      .meta({
        description:
          "Seconds to wait for the next part of a reply, 0 for ever; also the longest wait a server's rate limit can ask for.",
        examples: [120],
      }),
    write_timeout: nonNegativeSeconds()
      .default(30)
      .meta({ description: "Seconds that sending a request may stand still; 0 for no limit.", examples: [60] }),
    connection_timeout: nonNegativeSeconds()
      .default(10)
      .meta({ description: "Seconds for opening a connection; 0 for no limit.", examples: [5] }),
    pool_timeout: nonNegativeSeconds()
      .default(10)
      .meta({ description: "Seconds to wait for a free connection; 0 for no limit.", examples: [30] }),
    retries: z
      .int()
      .min(0)
      .default(3)
      .meta({
        description: "How often opening a connection is tried again, after 0, 0.5, 1, 2 … seconds.",
        examples: [5],
      }),
    max_total_connections: z
      .int()
      .min(1)
      .default(connections.total)
      .meta({
        description: "Requests under way at a time, each on its own connection (with HTTP/2 they share).",
        examples: [20],
      }),
    max_keepalive_connections: z
      .int()
      .min(0)
      .default(connections.keptAlive)
      .meta({ description: "Connections kept open while they carry nothing.", examples: [10] }),
    keepalive_expiration: z
      .int()
      .min(0)
      .default(10)
      .meta({ description: "Seconds after which an unused connection is closed.", examples: [30] }),
    follow_redirects: z
      .boolean()
      .default(true)
      .meta({ description: "Follow redirects; with credentials, only within the same server.", examples: [false] }),
    http2: z
      .boolean()
      .default(false)
      .meta({ description: "Use HTTP/2 where the server offers it.", examples: [true] }),
    params: parameters
      .nullable()
      .default(null)
      .meta({
        description:
          "Query parameters added to every request. Not for keys and tokens: log, `check` and status page show what is set here.",
        examples: [{ source: "agent" }],
      }),
    ssl_verify: z
      .boolean()
      .default(true)
      .meta({
        description: "Check the server's certificate. Switch off only for tests: anybody could then read the traffic.",
        examples: [false],
      }),
    ssl_cert_file: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .meta({
        description: "PEM file of the certificate authorities to trust, in place of the usual ones.",
        examples: ["/etc/observability/ca.pem"],
      }),
  };
}
