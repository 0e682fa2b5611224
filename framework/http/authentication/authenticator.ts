import type { Operation } from "effection";

export type AuthHeaders = Readonly<Record<string, string>>;

/** Says who we are, in headers. They never go to another origin than the client's. */
export interface Authenticator {
  /** Called for every request; may wait for a token. */
  headers(): Operation<AuthHeaders>;
  /**
   * Called when a request with these headers was answered 401, or what else the client takes for a refusal of them. Without
   * it, that is the reply.
   * @returns true when `headers()` has others now, and the request is worth one more try
   */
  refused?(headers: AuthHeaders): Operation<boolean>;
}
