import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ensure, type Operation, until } from "effection";
import type { PlannedRun, StandIn, ToolClock } from "../../../../../testlib/index.ts";
import { type AcmeRun, obligationsOf, toAcmeRun } from "./records.ts";

export const PAGE_SIZE = 3;
export const LATENESS_MS = 120_000;

/**
 * A stand-in of Acme, an invented batch tool: `POST /token` gives a token for the secret, `GET /runs?since=MS&page=TOKEN`
 * lists the runs that changed at or after a time, now by default, oldest first.
 */
export function* useAcmeTool(clock: ToolClock): Operation<AcmeTool> {
  const server = createServer();
  const tool = new AcmeTool(server, clock);
  yield* ensure(function* () {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    yield* until(closed);
  });
  yield* until(new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  return tool;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

type Answer = (url: URL) => Reply | "reset" | "hang" | undefined;

export class AcmeTool implements StandIn {
  readonly secret = "open-sesame";
  contacts = 0;
  isWatched = false;
  readonly #server: Server;
  readonly #clock: ToolClock;
  readonly #runs = new Map<string, AcmeRun>();
  /** Asked for each request, in this order; the first answer counts. */
  readonly #faults = new Set<Answer>();
  /** Among the entries of each list. */
  readonly #junk = new Set<unknown>();
  #token = 1;

  constructor(server: Server, clock: ToolClock) {
    this.#server = server.on("request", (request, response) => this.#handle(request, response));
    this.#clock = clock;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : address}/`;
  }

  *emit(runs: readonly PlannedRun[]) {
    for (const run of runs.map(toAcmeRun)) this.#runs.set(run.id, run);
    return runs.flatMap(obligationsOf);
  }

  readonly faults = {
    outages: {
      "resets connections": () => this.#begin(() => "reset"),
      "never answers": () => this.#begin(() => "hang"),
      "answers 503": () => this.#begin(() => ({ status: 503, body: "<h1>Maintenance</h1>" })),
    },
    malformedReplies: {
      "HTML in place of JSON": () => this.#begin(() => ({ status: 200, body: "<h1>Sign in</h1>" })),
      "half of the JSON": () => this.#begin(() => ({ status: 200, body: '{"as_of": 1, "runs": [{"id"' })),
      "another shape": () => this.#begin(() => ({ status: 200, body: '{"items": 7}' })),
    },
    malformedRecords: {
      "null in place of a run": () => this.#strew(null),
      "an unknown status": () => this.#strew({ id: "x", job: "j", status: "paused", changed_at: 0, tasks: [] }),
    },
    brokenPage: () => this.#begin((url) => (isFurtherPage(url) ? { status: 500, body: "" } : undefined)),
    rateLimit: (retryAfterSeconds: number) => {
      const freeAt = this.#clock.now() + retryAfterSeconds * 1000;
      this.#begin(() => {
        const seconds = Math.ceil((freeAt - this.#clock.now()) / 1000);
        return seconds > 0 ? { status: 429, headers: { "retry-after": String(seconds) }, body: "" } : undefined;
      });
    },
    unauthorized: () => {
      const end = this.#begin((url) => {
        if (isFurtherPage(url)) this.#token++;
        if (isFurtherPage(url)) end();
        return undefined;
      });
      return end;
    },
  };

  #begin(fault: Answer): () => void {
    this.#faults.add(fault);
    return () => this.#faults.delete(fault);
  }

  #strew(junk: unknown): () => void {
    this.#junk.add(junk);
    return () => this.#junk.delete(junk);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    this.contacts++;
    request.resume();
    const url = new URL(request.url ?? "", this.url);
    const reply = this.#fault(url) ?? this.#answer(url, request.headers.authorization);
    if (reply === "reset") request.socket.resetAndDestroy();
    else if (reply !== "hang")
      response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers }).end(reply.body);
  }

  #fault(url: URL): ReturnType<Answer> {
    for (const fault of this.#faults) {
      const reply = fault(url);
      if (reply !== undefined) return reply;
    }
    return undefined;
  }

  #answer(url: URL, authorization: string | undefined): Reply {
    if (url.pathname === "/token") return { status: 200, body: JSON.stringify({ token: `t${this.#token}` }) };
    if (authorization !== `Bearer t${this.#token}`) return { status: 401, body: "{}" };
    if (!isFurtherPage(url)) this.isWatched = true;
    return { status: 200, body: JSON.stringify(this.#list(url.searchParams)) };
  }

  #list(query: URLSearchParams) {
    const since = Number(query.get("since") ?? this.#clock.now());
    const start = Number(query.get("page") ?? 0);
    const all = [...this.#runs.values()].filter((run) => run.changed_at >= since);
    const page = all.toSorted((a, b) => a.changed_at - b.changed_at).slice(start, start + PAGE_SIZE);
    const next = start + PAGE_SIZE < all.length ? { next: String(start + PAGE_SIZE) } : {};
    return { as_of: this.#clock.now(), runs: [...this.#junk, ...page], ...next };
  }
}

function isFurtherPage(url: URL): boolean {
  return url.searchParams.has("page");
}
