import { ApiError } from "../api/api-error.ts";
import { elapsedMs } from "../workspace/index.ts";
import { standInCredentials } from "./credentials.ts";

const hourMs = 3_600_000;

/** Whom the API lets in: with a token that was accepted here or issued by a sign-in service, or by Basic authentication. */
export class Auth {
  /** The personal access token that is good from the start. */
  readonly token: string;
  /** How a token that is no good is refused: 401 as documented, or 403 as the real server does for access tokens. */
  refusal: 401 | 403 = 401;
  /** False: Basic authentication is refused, as by the real server. */
  allowsBasic = true;
  /** How long the tokens are good that the sign-in services issue from now on. */
  lifetimeMs = hourMs;
  /** Tokens issued by the sign-in services so far. */
  issued = 0;
  /** Token → until when it is good, on the clock of `performance.now()`. */
  readonly #tokens = new Map<string, number>();

  constructor(token: string = standInCredentials.token) {
    this.token = token;
    this.accept(token);
  }

  /** Takes this token from now on. */
  accept(token: string): void {
    this.#tokens.set(token, Number.POSITIVE_INFINITY);
  }

  /** Takes this token no more; all that are good now when none is given. */
  revoke(token?: string): void {
    if (token === undefined) this.#tokens.clear();
    else this.#tokens.delete(token);
  }

  /** A new token, good for `lifetimeMs`. */
  issue(kind: string): string {
    const token = `${kind}-token-${++this.issued}`;
    this.#tokens.set(token, elapsedMs() + this.lifetimeMs);
    return token;
  }

  /**
   * @param authorization the header of a request
   * @returns who asks
   * @throws {ApiError} 401, or 403 for tokens when `refusal` says so
   */
  check(authorization: string | undefined): string {
    const [, scheme = "", value = ""] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization ?? "") ?? [];
    if (scheme.toLowerCase() === "bearer") return this.#checkToken(value);
    if (scheme.toLowerCase() === "basic" && this.allowsBasic) return checkPassword(value);
    const what = "Credential was not sent or was of an unsupported type for this API.";
    throw new ApiError(401, "UNAUTHENTICATED", what);
  }

  #checkToken(token: string): string {
    const until = this.#tokens.get(token);
    if (until !== undefined && elapsedMs() < until) return standInCredentials.username;
    const message = until === undefined ? "Invalid access token." : "Access token is expired.";
    throw new ApiError(this.refusal, this.refusal === 401 ? "UNAUTHENTICATED" : "403", message);
  }
}

function checkPassword(value: string): string {
  const { username, password } = standInCredentials;
  if (Buffer.from(value, "base64").toString() === `${username}:${password}`) return username;
  throw new ApiError(401, "UNAUTHENTICATED", "Invalid username or password.");
}
