import { styleText } from "node:util";
import type { LogLine } from "../testlib/agent-process/index.ts";
import type { AcceptedEvent, ReceivedHeartbeat, RefusedRequest } from "../testlib/observability-server/index.ts";

type Style = Parameters<typeof styleText>[0];
/** Colours a text, or leaves it alone. */
export type Paint = (style: Style, text: string) => string;

/** Colours for people: on a terminal, unless `NO_COLOR` (https://no-color.org) says otherwise. */
export function choosePaint(isTerminal: boolean, noColor: string | undefined): Paint {
  const plain = !isTerminal || (noColor !== undefined && noColor !== "");
  return plain ? (_style, text) => text : (style, text) => styleText(style, text, { validateStream: false });
}

const widths = { pipeline: 24, run: 8, task: 18 };
const statusStyles = new Map<string, Style>([
  ["RUNNING", "cyan"],
  ["COMPLETED", "green"],
  ["COMPLETED_WITH_WARNINGS", "yellow"],
  ["FAILED", "red"],
]);

export function headingLine(paint: Paint): string {
  return paint("bold", columns("TIME", "PIPELINE", "RUN", "TASK", "STATUS"));
}

export function eventLine({ receivedAt, type, body }: AcceptedEvent, paint: Paint): string {
  const field = (...names: readonly string[]) => {
    const value = names.map((name) => body[name]).find((found) => found !== undefined);
    return value === undefined ? "" : String(value);
  };
  // Only run-status events have a status; of the others the type says most.
  const status = field("status") || type;
  const component = field("pipeline_key", "dataset_key", "server_key", "stream_key");
  const painted = paint(statusStyles.get(status) ?? "white", status);
  return columns(clockTime(receivedAt), component, field("run_name", "run_key"), field("task_key"), painted);
}

export function refusedLine({ receivedAt, method, path, status, error }: RefusedRequest, paint: Paint): string {
  return paint("red", `${clockTime(receivedAt)}  refused ${method} ${path} with ${status}: ${error}`);
}

export function heartbeatLine({ receivedAt, key, tool }: ReceivedHeartbeat, paint: Paint): string {
  return paint("dim", `${clockTime(receivedAt)}  heartbeat of ${key} (${tool})`);
}

/** What the agent says that a person should see: warnings and worse, and whatever is no log line. */
export function agentLine({ record, text }: LogLine, paint: Paint): string | undefined {
  const now = clockTime(Date.now());
  if (record === undefined) return text.trim() === "" ? undefined : paint("magenta", `${now}  agent: ${text}`);
  if (["trace", "debug", "info"].includes(record.level)) return undefined;
  return paint(record.level === "warn" ? "yellow" : "red", `${now}  agent ${record.level}: ${record.msg}`);
}

function columns(time: string, pipeline: string, run: string, task: string, status: string): string {
  const cells = [time.padEnd(8), cut(pipeline, widths.pipeline), cut(run, widths.run), cut(task, widths.task), status];
  return cells.join("  ");
}

/** Exactly `width` characters: an alignment that holds is worth the end of a long name. */
function cut(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`;
}

/** Local time of day, `HH:MM:SS`. */
function clockTime(epochMs: number): string {
  return new Date(epochMs).toTimeString().slice(0, 8);
}
