import type { Operation } from "effection";
import type { AgentEntry } from "../../framework/entry/index.ts";
import type { TestClock } from "../clock/index.ts";
import type { ObservabilityServer } from "../observability-server/index.ts";
import type { Clocks } from "./clocks.ts";
import { type Belongings, belongings, leftovers } from "./leftovers.ts";
import { type RunningAgent, startAgent } from "./running-agent.ts";
import type { Abilities, PlannedRun, StandIn } from "./source.ts";
import { suiteError } from "./suite-error.ts";
import type { Verdict } from "./verdict.ts";

/** How long it may take an agent to do what it must: longer than any back-off. */
const PATIENCE_MS = 10 * 60_000;
/** How often a case looks whether what it waits for has come: in a long wait less often. */
const STEP_MS = 250;
const MOST_STEPS = 1_000;
/** The default of `shutdown_timeout`. */
const SHUTDOWN_MS = 20_000;
/** What has been closed gets its turns to be gone. */
const GOODBYE_MS = 2_000;

export interface BenchParts {
  readonly can: Abilities;
  readonly entry: AgentEntry;
  readonly env: Readonly<Record<string, string>>;
  readonly periodMs: number;
  readonly clock: TestClock;
  readonly clocks: Clocks;
  readonly server: ObservabilityServer;
  readonly standIn: StandIn;
  readonly verdict: Verdict;
}

/** What a case works with: a stand-in of the tool, one of Observability, the agent between them, and time. */
export class Bench {
  /** The rest of it. Only a case that does something of its own needs more than the methods. */
  readonly parts: BenchParts;
  #agent: RunningAgent | undefined;
  #before: Belongings = { timers: [], sockets: 0 };
  #planned = 0;

  constructor(parts: BenchParts) {
    this.parts = parts;
  }

  /** Starts the agent and, unless told otherwise, waits until it watches the tool. */
  *start({ watches = true, withinMs = PATIENCE_MS } = {}): Operation<void> {
    const { entry, env, clock } = this.parts;
    this.#before = belongings(clock);
    this.#agent = yield* startAgent(entry, env);
    if (watches) yield* this.untilWatched(withinMs);
  }

  *untilWatched(withinMs = PATIENCE_MS): Operation<void> {
    yield* this.until("the agent watches the tool", () => this.parts.standIn.isWatched, withinMs);
  }

  /** Plans runs that are at the tool's time now, unless told otherwise. Their numbers are new. */
  plan(count: number, { tasks = 1, at = this.parts.clocks.tool.now() } = {}): readonly PlannedRun[] {
    return Array.from({ length: count }, () => {
      const number = ++this.#planned;
      return { number, at, tasks, status: number % 3 === 0 ? "FAILED" : "COMPLETED", part: "whole" };
    });
  }

  /** Lets the tool show runs; what comes of them is obliged from then on. */
  *emit(runs: readonly PlannedRun[]): Operation<void> {
    this.parts.verdict.oblige(yield* this.parts.standIn.emit(runs));
  }

  /** Lets time pass while the agent goes on. */
  *pass(ms: number): Operation<void> {
    yield* this.parts.clock.advance(ms);
    this.#checkAlive();
  }

  /** Lets so many polls pass, or attempts to connect. */
  *passPeriods(count: number): Operation<void> {
    yield* this.pass(count * this.parts.periodMs);
  }

  /** Waits until all that is obliged has come, and then long enough to see anything come that must not. */
  *untilMet(withinMs = PATIENCE_MS): Operation<void> {
    const { verdict } = this.parts;
    yield* this.#wait(() => verdict.isComplete || verdict.refused.length > 0, withinMs);
    yield* this.pass(3 * this.parts.periodMs + 60_000);
    verdict.checkEvents();
  }

  /** Waits until something holds, while the agent goes on. @param what for the report: "the agent connects" */
  *until(what: string, holds: () => boolean, withinMs = PATIENCE_MS): Operation<void> {
    if (yield* this.#wait(holds, withinMs)) return;
    throw this.parts.verdict.error(`Waited ${withinMs / 1000} s of virtual time in vain until ${what}.`);
  }

  /** Stops the agent as a signal does, and looks at what it leaves. */
  *stop(): Operation<void> {
    const agent = this.#release();
    agent.requestShutdown();
    yield* this.#end(agent, "asked to stop");
  }

  /** Halts the agent wherever it is, and looks at what it leaves. */
  *halt(): Operation<void> {
    const agent = this.#release();
    yield* agent.halt();
    yield* this.#end(agent, "halted");
  }

  /** The end of each case. */
  *finish(): Operation<void> {
    if (this.#agent !== undefined) yield* this.stop();
    this.parts.verdict.checkRefusals();
  }

  *#wait(holds: () => boolean, withinMs: number): Operation<boolean> {
    const { clock } = this.parts;
    const deadlineMs = clock.now() + withinMs;
    const stepMs = Math.max(STEP_MS, Math.round(withinMs / MOST_STEPS));
    while (!holds()) {
      const leftMs = deadlineMs - clock.now();
      if (leftMs <= 0) return false;
      yield* this.pass(Math.min(stepMs, leftMs));
    }
    return true;
  }

  *#end(agent: RunningAgent, why: string): Operation<void> {
    const { verdict, clock } = this.parts;
    const hasEnded = yield* this.#wait(() => agent.outcome !== undefined, SHUTDOWN_MS);
    if (!hasEnded) throw verdict.error(`The agent was ${why}, and ${SHUTDOWN_MS / 1000} s later it still runs.`);
    if (agent.outcome?.ok === false) throw verdict.failed(`The agent was ${why} and failed`, agent.outcome.error);
    const left = () => leftovers(this.#before, belongings(clock));
    if (yield* this.#wait(() => left().length === 0, GOODBYE_MS)) return;
    throw verdict.error(`The agent was ${why}; it has ended and left behind:\n  ${left().join("\n  ")}`);
  }

  /** From here on the agent may end. */
  #release(): RunningAgent {
    const agent = this.#agent;
    this.#agent = undefined;
    if (agent === undefined) throw suiteError("No agent is running; the case has to start one.");
    return agent;
  }

  #checkAlive(): void {
    const outcome = this.#agent?.outcome;
    if (outcome === undefined) return;
    this.#agent = undefined;
    if (outcome.ok) throw this.parts.verdict.error("The agent has ended, and nobody asked it to.");
    throw this.parts.verdict.failed("The agent has ended with an error, instead of going on", outcome.error);
  }
}
