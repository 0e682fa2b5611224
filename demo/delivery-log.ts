import type { Operation } from "effection";
import type { AcceptedEvent, ObservabilityServer } from "../testlib/observability-server/index.ts";
import { eventLine, heartbeatLine, type Paint, refusedLine } from "./lines.ts";

/** Prints what arrives at the server, and counts the runs in it. */
export class DeliveryLog {
  readonly #runs = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #seen = { accepted: 0, refused: 0, heartbeats: 0 };
  readonly #server: ObservabilityServer;
  readonly #print: (line: string) => void;
  readonly #paint: Paint;

  constructor(server: ObservabilityServer, print: (line: string) => void, paint: Paint) {
    this.#server = server;
    this.#print = print;
    this.#paint = paint;
  }

  get runs(): number {
    return this.#runs.size;
  }

  get endedRuns(): number {
    return this.#ended.size;
  }

  /** Never returns: halt it to stop. */
  *follow(): Operation<never> {
    while (true) {
      yield* this.#server.until(({ totals }) => {
        return (
          totals.accepted > this.#seen.accepted ||
          totals.refused > this.#seen.refused ||
          totals.heartbeats > this.#seen.heartbeats
        );
      });
      this.#printNews();
    }
  }

  #printNews(): void {
    const { events, refused, heartbeats, totals } = this.#server;
    for (const event of newest(events, totals.accepted - this.#seen.accepted)) {
      this.#count(event);
      this.#print(eventLine(event, this.#paint));
    }
    for (const refusal of newest(refused, totals.refused - this.#seen.refused))
      this.#print(refusedLine(refusal, this.#paint));
    for (const beat of newest(heartbeats, totals.heartbeats - this.#seen.heartbeats))
      this.#print(heartbeatLine(beat, this.#paint));
    Object.assign(this.#seen, totals);
  }

  #count({ type, body }: AcceptedEvent): void {
    if (type !== "run-status") return;
    const run = JSON.stringify([body["pipeline_key"], body["run_key"]]);
    this.#runs.add(run);
    if (body["task_key"] === undefined && body["status"] !== "RUNNING") this.#ended.add(run);
  }
}

/** The last `count` of a list that keeps only its newest entries. */
function newest<T>(list: readonly T[], count: number): readonly T[] {
  return count === 0 ? [] : list.slice(-count);
}
