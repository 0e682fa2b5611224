import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { z } from "zod";

/** The version in the package's `package.json`, which lies above both the sources and the build. */
export function agentVersion(): string {
  const path = findPackageJSON("..", import.meta.url);
  if (path === undefined) return "unknown";
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, "utf8"))).version;
}
