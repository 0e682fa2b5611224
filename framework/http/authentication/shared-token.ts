import { ensure, type Operation, type Scope, useScope, withResolvers } from "effection";
import { AgentError, type Redactor, useLogger, useRedactor } from "../../../toolkit/index.ts";
import { type Settled, settle } from "../../core/index.ts";
import type { Authenticator, AuthHeaders } from "./authenticator.ts";

export interface AccessToken {
  readonly value: string;
  readonly lifetimeMs: number;
}

/** A token is replaced this long before it expires; a short-lived one at half its time. */
const RENEWAL_MARGIN_MS = 300_000;
/** While the old token still works, a renewal that failed is not tried again sooner than this. */
const FAILED_RENEWAL_PAUSE_MS = 30_000;
/** A tool that goes on refusing new tokens gets no more than one in this time: sign-in services lock out who asks too often. */
const REFUSAL_PAUSE_MS = 60_000;

/** Times are on the clock of `performance.now()`. */
interface HeldToken {
  readonly headers: AuthHeaders;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * A bearer token that has to be fetched now and then. Requests that need one at the same time wait for the same fetch,
 * which goes on in the calling scope when the request that began it is halted. Near its end, a token is used on while
 * its successor is fetched. The run's redactor knows the latest one.
 */
export function* useSharedToken(fetchToken: () => Operation<AccessToken>): Operation<Authenticator> {
  const token = new SharedToken(fetchToken, yield* useScope(), yield* useRedactor());
  yield* ensure(() => token.close());
  return token;
}

class SharedToken implements Authenticator {
  readonly #fetchToken: () => Operation<AccessToken>;
  readonly #owner: Scope;
  readonly #redactor: Redactor;
  #held: HeldToken | undefined;
  #redacted = "";
  #fetching: Operation<Settled<AuthHeaders>> | undefined;
  #noRefusalBeforeMs = 0;
  #isClosed = false;

  constructor(fetchToken: () => Operation<AccessToken>, owner: Scope, redactor: Redactor) {
    this.#fetchToken = fetchToken;
    this.#owner = owner;
    this.#redactor = redactor;
  }

  *headers(): Operation<AuthHeaders> {
    const held = this.#usable();
    if (held !== undefined && performance.now() < held.renewAtMs) return held.headers;
    if (this.#isClosed) throw ownerGone();
    const fetching = this.#fetching ?? this.#startFetching();
    if (held !== undefined) return held.headers;
    const outcome = yield* fetching;
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  }

  *refused(headers: AuthHeaders): Operation<boolean> {
    if (this.#held?.headers !== headers) return true; // another one has come since, or is on its way
    const nowMs = performance.now();
    if (nowMs < this.#noRefusalBeforeMs) return false;
    this.#noRefusalBeforeMs = nowMs + REFUSAL_PAUSE_MS;
    this.#held = undefined;
    return true;
  }

  /** Keep this: a task that is run in a scope that has ended belongs to nobody. */
  close(): void {
    this.#isClosed = true;
  }

  #usable(): HeldToken | undefined {
    return this.#held !== undefined && performance.now() < this.#held.expiresAtMs ? this.#held : undefined;
  }

  #startFetching(): Operation<Settled<AuthHeaders>> {
    const { operation, resolve } = withResolvers<Settled<AuthHeaders>>("access token");
    this.#fetching = operation;
    this.#owner.run(() =>
      this.#fetch((outcome) => {
        this.#fetching = undefined;
        resolve(outcome);
      }),
    );
    return operation;
  }

  *#fetch(finish: (outcome: Settled<AuthHeaders>) => void): Operation<void> {
    let outcome: Settled<AuthHeaders> = { ok: false, error: ownerGone() };
    try {
      const fetched = yield* settle(this.#fetchToken);
      outcome = fetched.ok ? { ok: true, value: this.#keep(fetched.value) } : fetched;
      if (!outcome.ok) yield* this.#postpone(outcome.error);
    } finally {
      finish(outcome);
    }
  }

  #keep({ value, lifetimeMs }: AccessToken): AuthHeaders {
    this.#redactor.forget(this.#redacted);
    this.#redactor.add(value);
    this.#redacted = value;
    const headers = { authorization: `Bearer ${value}` };
    const expiresAtMs = performance.now() + lifetimeMs;
    this.#held = { headers, renewAtMs: expiresAtMs - Math.min(RENEWAL_MARGIN_MS, lifetimeMs / 2), expiresAtMs };
    return headers;
  }

  /** Nobody waited for a renewal before its time, so nobody else hears that it failed. */
  *#postpone(error: unknown): Operation<void> {
    const held = this.#usable();
    if (held === undefined) return;
    this.#held = { ...held, renewAtMs: performance.now() + FAILED_RENEWAL_PAUSE_MS };
    const log = yield* useLogger();
    log.warn({ err: error }, "The access token was not renewed; the old one is used until it expires.");
  }
}

function ownerGone(): AgentError {
  return new AgentError("E_HTTP_CLOSED", "No access token: the scope that the authenticator belongs to has ended.");
}
