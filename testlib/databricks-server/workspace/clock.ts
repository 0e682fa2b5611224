import { AgentError } from "../../../toolkit/index.ts";

/** When something happens in the workspace: now, unless told otherwise. */
export interface When {
  /** What the API says about when it was, epoch ms by the server's clock. */
  readonly at?: number;
  /** Planned: takes effect by itself when this much time has passed, and the API says so. */
  readonly afterMs?: number;
  /** The same on the clock of `performance.now()`, for those who plan much from one moment on. */
  readonly effectiveMs?: number;
}

/** Two clocks tell of one moment: what has happened must not be undone when somebody sets the wall clock back. */
export interface Moment {
  /** On the clock of `performance.now()`: from then on the API shows it. */
  readonly effectiveMs: number;
  /** Epoch ms by the server's clock. */
  readonly at: number;
}

/** The server's own clock, which may be wrong. It has no timers: what is planned is there when somebody looks. */
export class WorkspaceClock {
  /** The clock is ahead of the time it is set by; less than 0: behind. */
  skewMs: number;
  readonly #base: { now(): number };

  /** @param base epoch ms; the machine's clock by default */
  constructor(skewMs = 0, base: { now(): number } = { now: () => Date.now() }) {
    this.skewMs = skewMs;
    this.#base = base;
  }

  /** Epoch ms. */
  now(): number {
    return Math.floor(this.#base.now() + this.skewMs);
  }

  /** @throws {AgentError} `E_DATABRICKS_SCRIPT` for a time that the API takes for none */
  moment({ afterMs = 0, at = this.now() + afterMs, effectiveMs = elapsedMs() + afterMs }: When = {}): Moment {
    if (Number.isInteger(at) && at > 0) return { effectiveMs, at };
    const how = "Let the test's clock start later: { clock: suiteClock }.";
    throw scriptError(
      `It would be ${at} ms since 1970; the API knows whole numbers, and takes 0 for "not yet". ${how}`,
    );
  }
}

/** Now, on the clock that nobody sets. */
export function elapsedMs(): number {
  return performance.now();
}

export function scriptError(message: string): AgentError {
  return new AgentError("E_DATABRICKS_SCRIPT", message);
}
