import type { JsonObject } from "../../toolkit/json.ts";
import type { EventType } from "../../toolkit/observability/index.ts";

/** An event answered with 204. */
export interface AcceptedEvent {
  /** 1 for the first accepted event, then counting up. */
  readonly sequence: number;
  /** Epoch milliseconds by the server's clock. */
  readonly receivedAt: number;
  readonly type: EventType;
  /** The `EVENT-SOURCE` header in upper case; `API` when there was none. */
  readonly source: string;
  /** The event as the real server would hand it on: normalised, null and absent fields left out. */
  readonly body: JsonObject;
}

/** A request answered with an error, by the checks or by an injected fault. */
export interface RefusedRequest {
  /** 1 for the first refused request, then counting up. */
  readonly sequence: number;
  /** Epoch milliseconds by the server's clock. */
  readonly receivedAt: number;
  readonly method: string;
  /** The path below the API base, or the whole path when it is not below it. */
  readonly path: string;
  readonly status: number;
  /** The `error` text of the answer. */
  readonly error: string;
  /** The first 1,000 bytes of the body as text; empty when the request was refused before its body was read. */
  readonly excerpt: string;
  /** True when a fault answered, not the checks. */
  readonly injected: boolean;
}

export interface ReceivedHeartbeat {
  /** Epoch milliseconds by the server's clock. */
  readonly receivedAt: number;
  readonly key: string;
  readonly tool: string;
  readonly version: string;
  /** Null when the heartbeat had none. */
  readonly latest_event_timestamp: string | null;
}

/** What has arrived so far, oldest first. Live: the lists grow, and lose their oldest entries past `maxKept`. */
export interface ReceivedState {
  readonly events: readonly AcceptedEvent[];
  readonly refused: readonly RefusedRequest[];
  readonly heartbeats: readonly ReceivedHeartbeat[];
  /** API requests that arrived, whatever became of them. */
  readonly requests: number;
  /** Counted since the start, never trimmed. */
  readonly totals: { readonly accepted: number; readonly refused: number; readonly heartbeats: number };
}

/** Keeps what arrives, up to a bound, and tells those who watch. */
export class Received implements ReceivedState {
  readonly events: AcceptedEvent[] = [];
  readonly refused: RefusedRequest[] = [];
  readonly heartbeats: ReceivedHeartbeat[] = [];
  readonly totals = { accepted: 0, refused: 0, heartbeats: 0 };
  requests = 0;
  readonly #maxKept: number;
  readonly #watchers = new Set<() => void>();

  /** @param maxKept newest entries kept of each list; up to a quarter more are there between two trims */
  constructor(maxKept: number) {
    this.#maxKept = maxKept;
  }

  addEvent(type: EventType, source: string, body: JsonObject): AcceptedEvent {
    const event = { sequence: ++this.totals.accepted, receivedAt: Date.now(), type, source, body };
    this.#keep(this.events, event);
    return event;
  }

  addRefusal(refusal: Omit<RefusedRequest, "sequence" | "receivedAt">): void {
    this.#keep(this.refused, { sequence: ++this.totals.refused, receivedAt: Date.now(), ...refusal });
  }

  addHeartbeat(heartbeat: Omit<ReceivedHeartbeat, "receivedAt">): ReceivedHeartbeat {
    const received = { receivedAt: Date.now(), ...heartbeat };
    this.totals.heartbeats += 1;
    this.#keep(this.heartbeats, received);
    return received;
  }

  /** Calls `changed` after each request that was dealt with, until the returned function is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Call it once a request is dealt with and answered: a watcher may stop the server at once. */
  notify(): void {
    for (const changed of this.#watchers) changed();
  }

  #keep<T>(list: T[], entry: T): void {
    list.push(entry);
    // Trimmed by a quarter at a time: moving a long list for each new entry would cost more than the request.
    if (list.length > this.#maxKept * 1.25) list.splice(0, list.length - this.#maxKept);
  }
}
