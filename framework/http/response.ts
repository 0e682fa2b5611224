import type { IncomingHttpHeaders } from "node:http";
import { AgentError, excerpt, type JsonValue, parseJson, type Redactor } from "../../toolkit/index.ts";
import { HttpStatusError } from "./errors.ts";
import { retryDelayMs } from "./retry/retry-delay.ts";

/** How much of a body is shown. */
const MAX_EXCERPT_CHARACTERS = 500;

/** A reply, read to its end. */
export class HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** `GET https://…`, fit for messages. */
  readonly description: string;
  readonly #redactor: Redactor;

  constructor(
    { status, headers, body }: Pick<HttpResponse, "status" | "headers" | "body">,
    { url, description }: Pick<HttpResponse, "url" | "description">,
    redactor: Redactor,
  ) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.url = url;
    this.description = description;
    this.#redactor = redactor;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as UTF-8. */
  text(): string {
    return this.body.toString("utf8");
  }

  /** The beginning of the body, for messages: a server may quote what it was sent, so secrets are masked. */
  excerpt(): string {
    return excerpt(this.#redactor, this.text().trim(), MAX_EXCERPT_CHARACTERS);
  }

  /**
   * The body as JSON, no digit lost; `undefined` when there is none, as with 204.
   * @throws {AgentError} `E_REPLY_SHAPE` when it is something else
   */
  json(): JsonValue | undefined {
    if (this.body.length === 0) return undefined;
    const text = this.text().replace(/^\uFEFF/, ""); // some servers on Windows mark UTF-8
    try {
      return parseJson(text);
    } catch (cause) {
      throw new AgentError("E_REPLY_SHAPE", `${this.description} answered ${this.#whatItIs(text)} instead of JSON.`, {
        cause,
      });
    }
  }

  /**
   * @returns itself
   * @throws {HttpStatusError} `E_HTTP_STATUS` unless the status is 2xx
   */
  expectOk(): this {
    if (this.ok) return this;
    const said = this.excerpt();
    const message = `${this.description} answered ${this.status}${said === "" ? "." : `: ${said}`}`;
    throw new HttpStatusError(this.status, message, retryDelayMs(this.status, this.headers, Date.now()));
  }

  #whatItIs(text: string): string {
    const type = String(this.headers["content-type"] ?? "");
    if (/html/i.test(type) || /^\s*<(?:!doctype|html)/i.test(text)) {
      return `${this.status} with an HTML page (a login page or a proxy's?)`;
    }
    return `${this.status} with ${type === "" ? "a body" : type}`;
  }
}
