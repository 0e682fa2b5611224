import { existsSync, readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { z } from "zod";
import type { AcceptedEvent, ObservabilityServer } from "../../testlib/index.ts";
import { eventTypes } from "../../toolkit/observability/index.ts";
import type { Delivery, UnexpectedStatus } from "./checker/history.ts";
import type { SentEvent } from "./sources/source.ts";

type Recorded = { -readonly [Field in keyof Delivery]: Delivery[Field] };

const Answered = z.object({ type: z.enum(eventTypes), body: z.record(z.string(), z.json()) });

/** Notes what the server has taken, from which life, and what became of each answer. */
export class Recorder {
  readonly deliveries: Recorded[] = [];
  readonly alerts: UnexpectedStatus[] = [];
  /** The events that have come, by key. */
  readonly keys = new Set<string>();
  readonly #keyOf: (event: SentEvent) => string;
  /** Of each life, the last one of each event. */
  readonly #last = new Map<number, Map<string, Recorded>>();
  #alertsSeen = 0;

  constructor(keyOf: (event: SentEvent) => string) {
    this.#keyOf = keyOf;
  }

  /** To be told of each event that is accepted. */
  note(event: AcceptedEvent, response: ServerResponse): void {
    const { type, body, receivedAt } = event;
    const life = Number(new URL(response.req.url ?? "", "http://server").searchParams.get("life"));
    const delivery: Recorded = {
      key: this.#keyOf(event),
      run: `${body["pipeline_key"]}/${body["run_key"]}`,
      isOfRun: type === "run-status" && body["task_key"] === undefined,
      happenedAtMs: Date.parse(String(body["event_timestamp"])),
      ...{ life, takenAtMs: receivedAt, answer: "lost", isSettled: false },
    };
    this.deliveries.push(delivery);
    this.keys.add(delivery.key);
    const ofLife = this.#last.get(life) ?? new Map<string, Recorded>();
    this.#last.set(life, ofLife.set(delivery.key, delivery));
    response.once("finish", () => {
      delivery.answer = "given";
    });
  }

  /** To be told after each event: it can have raised one alert. */
  noteAlert({ alerts }: ObservabilityServer["model"]): void {
    const { sequence = 0, kind, pipelineKey, runKey, raisedAt = 0 } = alerts.at(-1) ?? {};
    if (sequence <= this.#alertsSeen) return;
    this.#alertsSeen = sequence;
    if (kind !== "UNEXPECTED_STATUS_CHANGE") return;
    this.alerts.push({ run: `${pipelineKey}/${runKey}`, raisedAtMs: raisedAt });
  }

  /** Reads what a life has noted: the events whose answers it has had the time to act on. */
  settle(life: number, path: string): void {
    const deliveries = this.#last.get(life);
    this.#last.delete(life);
    if (!existsSync(path)) return;
    for (const line of readFileSync(path, "utf8").split("\n")) {
      const event = parseAnswered(line);
      const delivery = event && deliveries?.get(this.#keyOf(event));
      if (delivery !== undefined) delivery.isSettled = true;
    }
    rmSync(path);
  }
}

/** @returns `undefined` for a line that was cut off */
function parseAnswered(line: string): SentEvent | undefined {
  try {
    return Answered.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
