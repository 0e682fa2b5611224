import type { LogLine, LogRecord } from "../../../testlib/index.ts";

/** What a life of the agent has complained about. */
export interface Complaint {
  readonly life: number;
  readonly atMs: number;
  /** `warn: The task failed; it is tried again. (GET … answered 500.)` */
  readonly text: string;
}

const MAX_COMPLAINTS = 20_000;

/** Keeps warnings and worse, and all that is no log line: what Node prints when it crashes. */
export class AgentLog {
  readonly complaints: Complaint[] = [];
  /** How often each sentence was logged. */
  readonly counts = new Map<string, number>();

  add(life: number, { text, record }: LogLine): void {
    if (record !== undefined && ["trace", "debug", "info"].includes(record.level)) return;
    const sentence = record === undefined ? text : `${record.level}: ${record.msg}`;
    this.counts.set(sentence, (this.counts.get(sentence) ?? 0) + 1);
    this.complaints.push({ life, atMs: Date.now(), text: `${sentence}${record ? causeOf(record) : ""}` });
    if (this.complaints.length > MAX_COMPLAINTS) this.complaints.shift();
  }
}

function causeOf({ err, reason }: LogRecord): string {
  const cause = typeof err === "object" && err !== null && "message" in err ? err.message : reason;
  return cause === undefined ? "" : ` (${String(cause).split("\n")[0]?.slice(0, 300)})`;
}
