import type { ServiceName } from "./service-account-keys.ts";

/**
 * What goes wrong with one POST. `before` = the request is not looked at; `after` = it is checked and, if good, accepted
 * and recorded, and only the answer is missing: what a client cannot tell apart, and must survive.
 */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly delayMs: number }
  | { readonly hang: "before" | "after" }
  | { readonly reset: "before" | "after" }
  /** The server ends its half of the connection in order, and still reads. */
  | { readonly close: "before" | "after" };

export interface FaultScope {
  /** Only requests to this service count and fail; both when absent. */
  readonly service?: ServiceName;
}

interface Rule extends FaultScope {
  readonly fault: Fault;
  readonly every: number;
  seen: number;
  left: number;
}

/** Scripts the answers to POST requests. Rules are asked in the order they were given; the first that fires wins. */
export class Faults {
  /** Added before each answer to a POST, errors included. */
  latencyMs = 0;
  /** Answers every key with 401 until set to false again. */
  refuseKeys = false;
  /** False: readyz answers 500. */
  ready = true;
  #rules: Rule[] = [];

  /** The next `times` requests meet `fault`. */
  next(fault: Fault, times = 1, scope: FaultScope = {}): void {
    this.#rules.push({ ...scope, fault, every: 1, seen: 0, left: times });
  }

  /** Each `every`-th request from now on meets `fault`, for example `faults.every(7, unavailable(1))`. */
  every(every: number, fault: Fault, scope: FaultScope = {}): void {
    this.#rules.push({ ...scope, fault, every, seen: 0, left: Number.POSITIVE_INFINITY });
  }

  /** Back to a server without faults. Requests that hang or wait already are not answered sooner. */
  clear(): void {
    this.#rules = [];
    this.latencyMs = 0;
    this.refuseKeys = false;
    this.ready = true;
  }

  /** The fault that the request arriving now must meet, if any. */
  take(service: ServiceName): Fault | undefined {
    if (this.#rules.length === 0) return undefined;
    for (const rule of this.#rules) {
      if (rule.service !== undefined && rule.service !== service) continue;
      rule.seen += 1;
      if (rule.seen % rule.every !== 0) continue;
      rule.left -= 1;
      if (rule.left === 0) this.#rules = this.#rules.filter((each) => each !== rule);
      return rule.fault;
    }
    return undefined;
  }
}

/** 503 with `Retry-After`, as a proxy in front of a busy server sends it. */
export function unavailable(retryAfterSeconds: number): Fault {
  return { status: 503, headers: { "retry-after": String(retryAfterSeconds) } };
}
