import type { IncomingMessage, ServerResponse } from "node:http";
import { action, type Operation } from "effection";
import { toError } from "../../../toolkit/index.ts";
import { type DatabricksRequest, findEndpoint } from "./request.ts";

/** What tests can know of the requests. */
export interface TrafficState {
  /** The newest ones, the oldest of them first. */
  readonly requests: readonly DatabricksRequest[];
  /** Requests since the start. */
  readonly total: number;
  /** Requests that have no whole answer yet. */
  readonly inFlight: number;
  /** The most there have been at a time. */
  readonly maxInFlight: number;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Keeps account of requests, and tells those who wait for them. */
export class Traffic implements TrafficState {
  readonly requests: Mutable<DatabricksRequest>[] = [];
  total = 0;
  inFlight = 0;
  maxInFlight = 0;
  readonly #now: () => number;
  readonly #maxKept: number;
  readonly #checks = new Set<() => void>();

  /** @param maxKept newest requests kept; up to a quarter more are there between two trims */
  constructor(now: () => number, maxKept: number) {
    this.#now = now;
    this.#maxKept = maxKept;
  }

  begin({ method = "", url = "", headers }: IncomingMessage, response: ServerResponse): Mutable<DatabricksRequest> {
    const { pathname: path, searchParams } = new URL(url, "http://stand-in");
    const request: Mutable<DatabricksRequest> = {
      sequence: ++this.total,
      receivedAt: this.#now(),
      method,
      path,
      query: Object.fromEntries(searchParams),
      ...findEndpoint(path),
      ...(headers.authorization !== undefined && { authorization: headers.authorization }),
    };
    this.requests.push(request);
    if (this.requests.length > this.#maxKept * 1.25) this.requests.splice(0, this.requests.length - this.#maxKept);
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    response.once("close", () => {
      this.inFlight--;
      this.changed();
    });
    this.changed();
    return request;
  }

  changed(): void {
    for (const check of [...this.#checks]) check();
  }

  until(reached: () => boolean): Operation<void> {
    return action<void>((resolve, reject) => {
      const check = () => {
        try {
          if (reached()) resolve();
        } catch (error) {
          reject(toError(error));
        }
      };
      this.#checks.add(check);
      check();
      return () => this.#checks.delete(check);
    }, "databricks-server condition");
  }
}
