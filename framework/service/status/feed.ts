import type { ServerResponse } from "node:http";

/** Browsers that may watch at a time. */
const MAX_CLIENTS = 16;

/** A page is told at most once in so long, whatever happens. */
const SHORTEST_PERIOD_MS = 1_000;

/** Looking costs at most this share of the time: 1 %. */
const REST_FACTOR = 100;

/** A client to which nothing has got through for so long is dropped. */
const STUCK_MS = 20_000;

/** Proxies cut what has been quiet for a minute. */
const KEEP_ALIVE_MS = 15_000;

const RECONNECT_MS = 2_000;

interface Client {
  readonly response: ServerResponse;
  /** The version of each part that it was told last. */
  readonly told: Map<string, number>;
  heardAtMs: number;
}

interface Part {
  version: number;
  json: string;
}

/**
 * Tells the status to all who watch, by server-sent events: to each only the parts that have changed since it was told.
 * A slow client misses steps, and never makes anything wait or pile up. Costs nothing while nobody watches.
 */
export class Feed {
  readonly #look: () => Readonly<Record<string, unknown>>;
  readonly #failed: (error: unknown) => void;
  readonly #clients = new Set<Client>();
  readonly #parts = new Map<string, Part>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param look gives the parts, each of which can be made JSON of
   * @param failed hears of errors of `look`
   */
  constructor(look: () => Readonly<Record<string, unknown>>, failed: (error: unknown) => void) {
    this.#look = look;
    this.#failed = failed;
  }

  get clients(): number {
    return this.#clients.size;
  }

  get isFull(): boolean {
    return this.#clients.size >= MAX_CLIENTS;
  }

  /** Begins to tell, at once with all there is. Ends with the connection. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no", // else nginx keeps it back
    });
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    const client: Client = { response, told: new Map(), heardAtMs: performance.now() };
    this.#clients.add(client);
    response.on("error", () => {}); // its close comes next
    response.on("close", () => this.#remove(client));
    if (this.#clients.size === 1) this.#turn();
    else this.#tell(client);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const { response } of this.#clients) response.destroy();
    this.#clients.clear();
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    clearTimeout(this.#timer);
    this.#parts.clear();
  }

  #turn(): void {
    const startedAtMs = performance.now();
    try {
      this.#update();
      for (const client of [...this.#clients]) this.#tell(client);
    } catch (error) {
      this.#failed(error);
    }
    const restMs = Math.max(SHORTEST_PERIOD_MS, REST_FACTOR * (performance.now() - startedAtMs));
    this.#timer = setTimeout(() => this.#turn(), restMs);
  }

  #update(): void {
    for (const [name, value] of Object.entries(this.#look())) {
      const json = JSON.stringify(value);
      const part = this.#parts.get(name);
      if (part === undefined) this.#parts.set(name, { version: 1, json });
      else if (part.json !== json) this.#parts.set(name, { version: part.version + 1, json });
    }
  }

  #tell(client: Client): void {
    const { response, told } = client;
    const nowMs = performance.now();
    if (response.writableNeedDrain) {
      if (nowMs - client.heardAtMs > STUCK_MS) response.destroy();
      return;
    }
    const news = [...this.#parts].filter(([name, { version }]) => told.get(name) !== version);
    if (news.length === 0 && nowMs - client.heardAtMs < KEEP_ALIVE_MS) return;
    client.heardAtMs = nowMs;
    for (const [name, { version }] of news) told.set(name, version);
    response.write(`data: ${messageOf(news)}\n\n`);
  }
}

/** With both clocks, since the browser's may be wrong. */
function messageOf(parts: readonly (readonly [name: string, part: Part])[]): string {
  const fields = parts.map(([name, { json }]) => `,${JSON.stringify(name)}:${json}`);
  return `{"nowMs":${Math.round(performance.now())},"now":${Date.now()}${fields.join("")}}`;
}
