import type { Operation } from "effection";
import type { JsonObject } from "../../../toolkit/json.ts";
import type { EventType } from "../../../toolkit/observability/index.ts";
import type { Obligation } from "../checker/history.ts";
import type { Judge } from "../checker/promises.ts";
import type { PhaseKind } from "../faults/phases.ts";
import type { Random } from "../random.ts";
import type { Span } from "../world/runs.ts";

/** What there is of an event on its way and at the server. */
export interface SentEvent {
  readonly type: EventType;
  readonly body: JsonObject;
}

/** A tool that shows runs by a seed, and the agent that watches it. */
export interface OracleSource {
  /** The script that is the agent. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** What can be wrong with the tool. */
  readonly kinds: readonly [PhaseKind, ...PhaseKind[]];
  /** Whether the agent has to bear an hour between its clock and the tool's. */
  readonly clockJumps: boolean;
  /** Whether it lets runs go on after their end. */
  readonly hasRepairs: boolean;
  /** Tells one event from all others; the same for all copies of it. */
  keyOf(event: SentEvent): string;
  /**
   * To be called when all is well again.
   * @param came the keys of the events that have come: live
   * @returns what says whether all has come that has to come
   */
  awaitRest(came: ReadonlySet<string>): () => boolean;
  /** All that the tool has exposed by now. */
  obligations(): readonly Obligation[];
  readonly judge: Judge;
}

/** @param span within it, the tool shows something new all the time */
export type OpenSource = (seed: number, span: Span, random: Random) => Operation<OracleSource>;
