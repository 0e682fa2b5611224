import { request } from "node:http";
import { action, type Operation } from "effection";

export interface Sent {
  readonly method?: string;
  /** Below the API base; a text that begins with `http` is a whole URL. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Without `Content-Length`. */
  readonly chunked?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

interface Target {
  readonly url: string;
  readonly key: string;
}

/** Sends one request on a connection of its own, exactly as told: POST, without key and content type unless given. */
export function send({ url }: Pick<Target, "url">, sent: Sent): Operation<Answer> {
  const { method = "POST", path, headers = {}, body = "", chunked = false } = sent;
  return action((resolve, reject) => {
    const length = chunked ? { "transfer-encoding": "chunked" } : { "content-length": Buffer.byteLength(body) };
    const outgoing = request(path.startsWith("http") ? path : url + path, {
      method,
      headers: { ...length, ...headers },
      agent: false,
    });
    outgoing.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    outgoing.end(body);
    return () => outgoing.destroy();
  });
}

/** As an agent sends it: with key and content type. */
export function post(
  server: Target,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Operation<Answer> {
  return send(server, {
    path,
    headers: { serviceaccountauthenticationkey: server.key, "content-type": "application/json", ...headers },
    body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
}

/** What an operation comes to: its value, or the error's code. */
export function* outcomeOf(operation: Operation<Answer>): Operation<number | string> {
  try {
    return (yield* operation).status;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

export const errorOf = (answer: Answer): unknown => JSON.parse(answer.text);

export const runStatus = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  pipeline_key: "orders",
  run_key: "r1",
  status: "RUNNING",
  ...fields,
});

export const heartbeat = { key: "airflow-prod", tool: "airflow", version: "1.4.0" };
