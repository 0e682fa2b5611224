import { parseArgs } from "node:util";
import { toError } from "../../toolkit/errors.ts";
import { Faults } from "./faults.ts";
import type { ObservabilityServerOptions } from "./server.ts";
import { allowBoth, defaultServiceAccountKey } from "./service-account-keys.ts";

export const usage = `Usage: node testlib/observability-server/main.ts [options]

A stand-in for the Observability ingestion API, with a live web page.

  --port NUMBER             where to listen; 0 takes a free port (default 8082)
  --host ADDRESS            0.0.0.0 lets other machines in (default 127.0.0.1)
  --key KEY                 a service account key to accept; may be given several times
                            (default ${defaultServiceAccountKey})
  --base-path PATH          where the API is (default /api/)
  --latency MILLISECONDS    waited before each answer (default 0)
  --check-interval SECONDS  an agent is UNHEALTHY after 2, OFFLINE after 4 of these (default 300)
  --help                    shows this
`;

const options = {
  port: { type: "string", default: "8082" },
  host: { type: "string", default: "127.0.0.1" },
  key: { type: "string", multiple: true },
  "base-path": { type: "string", default: "/api/" },
  latency: { type: "string", default: "0" },
  "check-interval": { type: "string", default: "300" },
  help: { type: "boolean", default: false },
} as const;

export type CommandLine =
  | { readonly kind: "serve"; readonly options: ObservabilityServerOptions }
  | { readonly kind: "help" }
  | { readonly kind: "error"; readonly message: string };

/** A page shows a few hundred events; more than these would only cost memory over weeks. */
const maxKept = 20_000;

/** @param args without node and the script's name */
export function parseCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return { kind: "help" };
    const faults = new Faults();
    faults.latencyMs = numberIn("latency", values.latency, 0, 3_600_000);
    return {
      kind: "serve",
      options: {
        port: wholeNumber("port", values.port, 0, 65_535),
        host: notEmpty("host", values.host),
        keys: allowBoth(...(values.key ?? [defaultServiceAccountKey]).map((key) => notEmpty("key", key))),
        basePath: values["base-path"],
        checkIntervalMs: numberIn("check-interval", values["check-interval"], 1, 86_400) * 1_000,
        faults,
        maxKept,
      },
    };
  } catch (error) {
    return { kind: "error", message: toError(error).message };
  }
}

function numberIn(name: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (text.trim() !== "" && number >= min && number <= max) return number;
  throw new Error(`--${name} is "${text}"; it must be a number from ${min} to ${max}.`);
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const number = numberIn(name, text, min, max);
  if (Number.isInteger(number)) return number;
  throw new Error(`--${name} is "${text}"; it must be a whole number.`);
}

function notEmpty(name: string, text: string): string {
  if (text.trim() !== "") return text;
  throw new Error(`--${name} is empty; give it a value or leave it out.`);
}
