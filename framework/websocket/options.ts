export interface WebSocketOptions {
  readonly url: string;
  readonly connectTimeoutMs: number;
  /** A peer from which nothing, not even an answer to a ping, has come for this long is given up. */
  readonly silenceTimeoutMs: number;
  /** A larger message closes the connection with code 1009. */
  readonly maxMessageBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** TLS, for `wss:`: `false` takes any certificate. */
  readonly rejectUnauthorized?: boolean;
  /** TLS, for `wss:`: certificate authorities to trust instead of the usual ones, PEM. */
  readonly ca?: string;
}
