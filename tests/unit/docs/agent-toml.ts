import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agents } from "../../../agents/index.ts";
import { prepare } from "../../../framework/entry/index.ts";
import { toError } from "../../../toolkit/index.ts";

/** @returns what an agent that is started with this agent.toml and no environment complains about, if anything */
export function complaintAbout(toml: string): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "agent-toml-"));
  try {
    const secretFile = join(directory, "secret");
    writeFileSync(secretFile, "a-secret");
    writeFileSync(join(directory, "agent.toml"), toml.replaceAll(/^(\w+_file = )".*"$/gm, `$1"${secretFile}"`));
    return prepare(agents, { env: {}, workingDirectory: directory, directories: [directory] }).warnings[0];
  } catch (error) {
    return toError(error).message;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
