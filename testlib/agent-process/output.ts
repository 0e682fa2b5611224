import { action, type Operation } from "effection";
import { AgentError, toError } from "../../toolkit/index.ts";
import type { LogLine } from "./log-line.ts";

/** How a process ended: by itself with a code, or by a signal. */
export interface AgentExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From start to end. */
  readonly durationMs: number;
}

interface Waiter {
  onLine(line: LogLine): void;
  onEnd(exit: AgentExit): void;
}

const maxLines = 10_000;
const quotedLines = 20;

/** What a child process prints and how it ends, for those who wait for either. */
export class Output {
  readonly lines: LogLine[] = [];
  /** Waits for the end. */
  readonly ended: Operation<AgentExit>;
  #exit: AgentExit | undefined;
  readonly #waiters = new Set<Waiter>();
  readonly #deadlineMs: number;
  readonly #onLine: ((line: LogLine) => void) | undefined;

  constructor(deadlineMs: number, onLine: ((line: LogLine) => void) | undefined) {
    this.#deadlineMs = deadlineMs;
    this.#onLine = onLine;
    this.ended = { [Symbol.iterator]: () => this.#untilEnd()[Symbol.iterator]() };
  }

  get hasEnded(): boolean {
    return this.#exit !== undefined;
  }

  add(line: LogLine): void {
    this.lines.push(line);
    if (this.lines.length > maxLines) this.lines.shift();
    this.#onLine?.(line);
    for (const waiter of [...this.#waiters]) waiter.onLine(line);
  }

  end(exit: AgentExit): void {
    this.#exit = exit;
    for (const waiter of [...this.#waiters]) waiter.onEnd(exit);
  }

  *untilLine(matches: (line: LogLine) => boolean): Operation<LogLine> {
    const printed = this.lines.find(matches);
    if (printed) return printed;
    if (this.#exit) throw this.#endedWithout(this.#exit);
    return yield* this.#wait<LogLine>("the line it was to print", (resolve, reject) => ({
      onLine: (line) => {
        try {
          if (matches(line)) resolve(line);
        } catch (error) {
          reject(error);
        }
      },
      onEnd: (exit) => reject(this.#endedWithout(exit)),
    }));
  }

  *#untilEnd(): Operation<AgentExit> {
    if (this.#exit) return this.#exit;
    return yield* this.#wait<AgentExit>("its end", (resolve) => ({ onLine() {}, onEnd: resolve }));
  }

  #wait<T>(what: string, register: (resolve: (value: T) => void, reject: (error: unknown) => void) => Waiter) {
    return action<T>((resolve, reject) => {
      const waiter = register(resolve, (error) => reject(toError(error)));
      this.#waiters.add(waiter);
      const tooLate = () =>
        reject(this.#error("E_AGENT_DEADLINE", `Waited ${this.#deadlineMs} ms in vain for ${what}`));
      const timer = Number.isFinite(this.#deadlineMs) ? setTimeout(tooLate, this.#deadlineMs) : undefined;
      return () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
    }, `agent process: ${what}`);
  }

  #endedWithout({ code, signal }: AgentExit): AgentError {
    return this.#error("E_AGENT_EXITED", `It ended (${signal ?? `exit code ${code}`}) without printing the line`);
  }

  #error(code: string, what: string): AgentError {
    const last = this.lines.slice(-quotedLines).map(({ source, text }) => `  ${source}: ${text}`);
    const quoted = last.length > 0 ? `Its last output:\n${last.join("\n")}` : "It has printed nothing.";
    return new AgentError(code, `Agent process: ${what}. ${quoted}`);
  }
}
