import type { DatabricksEndpoint, DatabricksRequest } from "../traffic/index.ts";
import { elapsedMs } from "../workspace/index.ts";
import { databricksFault } from "./catalogue.ts";
import type { DatabricksFault } from "./fault.ts";

/** Which requests count, and fail: all to the Jobs API unless told otherwise. */
export interface DatabricksFaultScope {
  /** `sign-in` is never meant unless it is named. */
  readonly endpoint?: DatabricksEndpoint;
  /** For example `({ query }) => "page_token" in query`. */
  readonly where?: (request: DatabricksRequest) => boolean;
}

interface Rule extends DatabricksFaultScope {
  readonly fault: DatabricksFault | (() => DatabricksFault | undefined);
  readonly every: number;
  seen: number;
  left: number;
}

/** Scripts the answers. Rules are asked in the order they were given; the first that fires wins. */
export class DatabricksFaults {
  /** Added before each answer. */
  latencyMs = 0;
  #rules: readonly Rule[] = [];

  /** The next `times` requests meet `fault`. What is returned, here as below, ends it sooner. */
  next(fault: DatabricksFault, times = 1, scope: DatabricksFaultScope = {}): () => void {
    return this.#add({ ...scope, fault, every: 1, seen: 0, left: times });
  }

  /** Each `every`-th request from now on meets `fault`. */
  every(every: number, fault: DatabricksFault, scope: DatabricksFaultScope = {}): () => void {
    return this.#add({ ...scope, fault, every, seen: 0, left: Number.POSITIVE_INFINITY });
  }

  always(fault: DatabricksFault, scope: DatabricksFaultScope = {}): () => void {
    return this.every(1, fault, scope);
  }

  /** All requests are answered 429 until so many seconds have passed; `Retry-After` says how many are left. */
  throttle(seconds: number, scope: DatabricksFaultScope = {}): () => void {
    const freeMs = elapsedMs() + seconds * 1_000;
    const fault = () => {
      const leftMs = freeMs - elapsedMs();
      return leftMs > 0 ? databricksFault.tooManyRequests(Math.ceil(leftMs / 1_000)) : undefined;
    };
    return this.#add({ ...scope, fault, every: 1, seen: 0, left: Number.POSITIVE_INFINITY });
  }

  /** Back to a server without faults. Requests that hang or wait already are not answered sooner. */
  clear(): void {
    this.#rules = [];
    this.latencyMs = 0;
  }

  /** The fault that the request arriving now must meet, if any. */
  take(request: DatabricksRequest): DatabricksFault | undefined {
    for (const rule of this.#rules) {
      if (!isMeant(rule, request) || ++rule.seen % rule.every !== 0) continue;
      const fault = typeof rule.fault === "function" ? rule.fault() : rule.fault;
      if (fault === undefined) continue;
      rule.left -= 1;
      if (rule.left <= 0) this.#drop(rule);
      return fault;
    }
    return undefined;
  }

  #add(rule: Rule): () => void {
    this.#rules = [...this.#rules, rule];
    return () => this.#drop(rule);
  }

  #drop(rule: Rule): void {
    this.#rules = this.#rules.filter((each) => each !== rule);
  }
}

function isMeant({ endpoint, where }: DatabricksFaultScope, request: DatabricksRequest): boolean {
  if (request.endpoint === undefined) return false;
  if (endpoint === undefined ? request.endpoint === "sign-in" : request.endpoint !== endpoint) return false;
  return where === undefined || where(request);
}
