import { z } from "zod";

const levelNames: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

const LogRecord = z.looseObject({
  level: z.union([z.string(), z.number().transform((level) => levelNames[level] ?? String(level))]),
  msg: z.string().default(""),
});

/** A JSON log line: the level's name, the sentence, and whatever fields came with them. */
export type LogRecord = z.output<typeof LogRecord>;

/** One line a child process printed. */
export interface LogLine {
  readonly text: string;
  readonly source: "stdout" | "stderr";
  /** What the line says when it is a JSON log line, else `undefined`. Parsed when first read. */
  readonly record: LogRecord | undefined;
}

export function toLogLine(text: string, source: LogLine["source"]): LogLine {
  let parsed: { readonly record: LogRecord | undefined } | undefined;
  return {
    text,
    source,
    get record() {
      parsed ??= { record: parseRecord(text) };
      return parsed.record;
    },
  };
}

function parseRecord(text: string): LogRecord | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return LogRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // a line that only looks like JSON: its text is all there is
  }
}
