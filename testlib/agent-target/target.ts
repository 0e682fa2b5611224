import { all, type Operation } from "effection";
import { AgentError } from "../../toolkit/index.ts";
import type { AgentTarget, FloodOptions } from "./agent-target.ts";
import { Conditions } from "./conditions.ts";
import { type Client, floodClient, floodMessage } from "./flood.ts";
import type { TargetMessage } from "./message.ts";

/** The clients of a listening server, and what a test can do to them. */
export class Target implements AgentTarget {
  readonly url: string;
  readonly port: number;
  accepted = 0;
  refused = 0;
  sent = 0;
  #refusing = 0;
  readonly #clients = new Set<Client>();
  readonly #conditions = new Conditions();

  constructor(url: string, port: number) {
    this.url = url;
    this.port = port;
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** Decides about a connection attempt. */
  admits(): boolean {
    if (this.#refusing <= 0) return true;
    this.#refusing--;
    this.refused++;
    this.#conditions.changed();
    return false;
  }

  /** @param greeting what this client alone gets first */
  add(client: Client, greeting: readonly string[]): void {
    const { webSocket } = client;
    webSocket.on("error", () => {}); // "close" follows, and that is all that matters here
    webSocket.once("close", () => {
      this.#clients.delete(client);
      this.#conditions.changed();
    });
    this.#clients.add(client);
    this.accepted++;
    for (const text of greeting) this.#sendTo(client, text);
    this.#conditions.changed();
  }

  send(message: TargetMessage | string | Uint8Array): void {
    const data = typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message);
    for (const client of this.#clients) this.#sendTo(client, data);
    this.#conditions.changed();
  }

  *flood(count: number, { message = floodMessage }: FloodOptions = {}): Operation<number> {
    if (this.#clients.size === 0) {
      throw new AgentError("E_NO_CLIENT", "Nobody to flood: no client is connected. Wait for one with until() first.");
    }
    const toText = (index: number) => {
      const next = message(index);
      return typeof next === "string" ? next : JSON.stringify(next);
    };
    const onSent = (messages: number) => {
      this.sent += messages;
      this.#conditions.changed();
    };
    const counts = yield* all([...this.#clients].map((client) => floodClient(client, count, toText, onSent)));
    return counts.reduce((sum, sent) => sum + sent, 0);
  }

  closeClients(code = 1000): void {
    for (const { webSocket } of this.#clients) {
      if (code === 1006) webSocket.terminate();
      else webSocket.close(code);
    }
  }

  refuse(times: number): void {
    this.#refusing = times;
  }

  until(condition: () => boolean): Operation<void> {
    return this.#conditions.until(condition);
  }

  /** A short goodbye and the end: does not wait for clients, which may have stopped reading. */
  cutOff(): void {
    this.closeClients(1001);
    this.closeClients(1006);
  }

  #sendTo({ webSocket }: Client, data: string | Uint8Array): void {
    if (webSocket.readyState !== webSocket.OPEN) return;
    webSocket.send(data);
    this.sent++;
  }
}
