import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { z } from "zod";
import {
  type Configuration,
  ConfigurationError,
  defineConfiguration,
  openRegistry,
  readSources,
  type Sources,
} from "../../../registry/index.ts";
import { positiveSeconds, secret } from "../../../toolkit/index.ts";

/** A section with one key of each kind. */
export const acme = defineConfiguration({
  section: "acme",
  envPrefix: "DK_ACME_",
  schema: z.strictObject({
    name: z.string().min(1).default("acme").meta({ description: "Its name." }),
    period: positiveSeconds()
      .default(5)
      .meta({ description: "Seconds from the start of one poll to the next.", examples: [30] }),
    retries: z.int().min(0).max(9).default(3),
    verify: z.boolean().default(true),
    mode: z.enum(["auto", "manual"]).default("auto"),
    jobs: z
      .array(z.string())
      .max(3)
      .default([])
      .meta({ examples: [["nightly"]] }),
    labels: z.record(z.string(), z.string()).default({}),
    token: secret(z.string().min(8)).optional(),
  }),
});

/** A section with required keys. */
export const site = defineConfiguration({
  section: "site",
  envPrefix: "DK_",
  schema: z.strictObject({
    host: z
      .string()
      .min(1)
      .meta({ description: "Where the site is.", examples: ["example.com"] }),
    key: secret(z.string().min(8)).meta({ description: "Opens the site. Never logged." }),
  }),
});

export interface Given {
  readonly toml?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Other files of the working directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A directory that lives as long as the running test. */
export function temporaryDirectory(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "registry-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

export function sourcesOf({ toml, env = {}, files = {} }: Given): Sources {
  const workingDirectory = temporaryDirectory({ ...files, ...(toml !== undefined && { "agent.toml": toml }) });
  return readSources({ env, workingDirectory, directories: [workingDirectory] });
}

/** The section's settings as the sources give them. */
export function settingsOf<Output>(configuration: Configuration<Output>, given: Given): Output {
  return open(given, [configuration]).registry.lookup(configuration);
}

export function open(given: Given, register: readonly Configuration[], known: readonly Configuration[] = register) {
  return openRegistry({ sources: sourcesOf(given), known, register });
}

/** The report's lines on the problems, in order. */
export function problemsOf(
  given: Given,
  register: readonly Configuration[],
  known: readonly Configuration[] = register,
): readonly string[] {
  try {
    open(given, register, known);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split("\n  ").slice(1);
    throw error;
  }
  return [];
}
