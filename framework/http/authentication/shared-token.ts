import { type Operation, type Scope, useScope, withResolvers } from "effection";
import { AgentError } from "../../../toolkit/index.ts";
import { type Settled, settle } from "../../core/index.ts";
import type { Authenticator, AuthHeaders } from "./authenticator.ts";

export interface AccessToken {
  readonly value: string;
  /** When to get another one, on the clock of `performance.now()`. */
  readonly freshUntilMs: number;
}

/**
 * A bearer token that has to be fetched now and then. Requests that need one at the same time wait for the same fetch,
 * which goes on in the calling scope when the request that began it is halted.
 */
export function* useSharedToken(fetchToken: () => Operation<AccessToken>): Operation<Authenticator> {
  return new SharedToken(fetchToken, yield* useScope());
}

class SharedToken implements Authenticator {
  readonly #fetchToken: () => Operation<AccessToken>;
  readonly #owner: Scope;
  #headers: AuthHeaders | undefined;
  #freshUntilMs = 0;
  #fetching: Operation<Settled<AuthHeaders>> | undefined;

  constructor(fetchToken: () => Operation<AccessToken>, owner: Scope) {
    this.#fetchToken = fetchToken;
    this.#owner = owner;
  }

  *headers(): Operation<AuthHeaders> {
    if (this.#headers !== undefined && performance.now() < this.#freshUntilMs) return this.#headers;
    this.#fetching ??= this.#startFetching();
    const outcome = yield* this.#fetching;
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  }

  *refused(headers: AuthHeaders): Operation<boolean> {
    if (this.#headers === headers) this.#headers = undefined; // else somebody has got another one meanwhile
    return true;
  }

  #startFetching(): Operation<Settled<AuthHeaders>> {
    const { operation, resolve } = withResolvers<Settled<AuthHeaders>>("access token");
    const finish = (outcome: Settled<AuthHeaders>) => {
      this.#fetching = undefined;
      resolve(outcome);
    };
    this.#owner.run(() => this.#fetch(finish));
    return operation;
  }

  *#fetch(finish: (outcome: Settled<AuthHeaders>) => void): Operation<void> {
    let outcome: Settled<AuthHeaders> = { ok: false, error: ownerGone() };
    try {
      const fetched = yield* settle(this.#fetchToken);
      outcome = fetched.ok ? { ok: true, value: this.#keep(fetched.value) } : fetched;
    } finally {
      finish(outcome);
    }
  }

  #keep({ value, freshUntilMs }: AccessToken): AuthHeaders {
    const headers = { authorization: `Bearer ${value}` };
    this.#headers = headers;
    this.#freshUntilMs = freshUntilMs;
    return headers;
  }
}

function ownerGone(): AgentError {
  return new AgentError("E_HTTP_CLOSED", "No access token: the scope that the authenticator belongs to has ended.");
}
