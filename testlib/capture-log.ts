import type { Operation } from "effection";
import { z } from "zod";
import { createLogger, LoggerContext } from "../toolkit/logging/index.ts";

const Line = z.looseObject({ level: z.string(), msg: z.string() });
export type CapturedLine = z.output<typeof Line>;

export interface CapturedLog {
  /** What was logged so far, in order, from debug up. */
  readonly lines: readonly CapturedLine[];
  /** Just the sentences. */
  readonly messages: readonly string[];
}

/** From here to the end of the running scope, the logger writes into the result. */
export function* captureLog(): Operation<CapturedLog> {
  const lines: CapturedLine[] = [];
  const write = (line: string): void => {
    lines.push(Line.parse(JSON.parse(line)));
  };
  yield* LoggerContext.set(createLogger({ level: "debug", destination: { write } }));
  return {
    lines,
    get messages() {
      return lines.map((line) => line.msg);
    },
  };
}
