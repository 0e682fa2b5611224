import type { CapturedLine } from "../fixtures/index.ts";
import type { RefusedRequest } from "../observability-server/index.ts";
import type { Finding } from "./obligations.ts";

const MAX_FINDINGS = 12;
const MAX_LOG_LINES = 5;
const MAX_CHARACTERS = 300;

/** One line a finding, each kind in turn; the same ones are counted. */
export function describeFindings(findings: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const { kind, text } of findings) counts.set(`${kind}: ${text}`, (counts.get(`${kind}: ${text}`) ?? 0) + 1);
  const lines = Array.from(counts, ([line, times]) => `  ${line}${times > 1 ? ` (${times} times)` : ""}`);
  const left = lines.length - MAX_FINDINGS;
  return (left > 0 ? [...lines.slice(0, MAX_FINDINGS), `  and ${left} more`] : lines).join("\n");
}

export function describeRefusals(refused: readonly RefusedRequest[]): string {
  const lines = refused.slice(0, MAX_FINDINGS).map(({ path, status, error, excerpt }) => {
    return `  ${path}: ${status} ${error}\n    ${beginning(excerpt)}`;
  });
  return [`Observability refused ${refused.length} requests of the agent:`, ...lines].join("\n");
}

/** The last of what the agent complained about: most likely the reason. */
export function describeComplaints(lines: readonly CapturedLine[]): string {
  const complaints = lines.filter(({ level }) => level === "warn" || level === "error").map(describeLine);
  if (complaints.length === 0) return "The agent has logged no warning.";
  return ["The agent's last warnings:", ...[...new Set(complaints)].slice(-MAX_LOG_LINES)].join("\n");
}

function describeLine({ level, msg, err, ...fields }: CapturedLine): string {
  const message =
    typeof err === "object" && err !== null && "message" in err ? ` (${beginning(String(err.message))})` : "";
  const task = typeof fields["task"] === "string" ? ` ${fields["task"]}:` : "";
  return `  ${level}${task} ${msg}${message}`;
}

/** Enough to know what it is. */
function beginning(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS)} …` : line;
}
