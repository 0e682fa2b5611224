import type { Operation } from "effection";
import type { AgentTable } from "../../framework/entry/index.ts";
import type { Obligation } from "./obligations.ts";

/** A source: an agent and a stand-in of the tool it watches, as an agent author describes them to the suite. */
export interface Source<Tool extends StandIn = StandIn> {
  /** The agent's `agent_type`. */
  readonly name: string;
  /** A table with the agent in it. */
  readonly agents: AgentTable;
  /** What the tool can do, and the agent with it: cases that need more are not made. */
  readonly can: Abilities;
  /** Starts the stand-in; it ends with the scope. */
  standIn(clock: ToolClock): Operation<Tool>;
  /** The agent's own settings, as environment variables; the suite adds those of `[core]`. */
  environment(standIn: Tool, pace: Pace): Readonly<Record<string, string>>;
  /** Script that runs the table's agents as a process of its own; `agents/main.ts` of this checkout by default. */
  readonly main?: string;
}

/** The tool's clock: the stand-in reads the time here and nowhere else, since cases set it wrong. */
export interface ToolClock {
  /** Epoch ms. */
  now(): number;
}

/** How fast the agent is to go. */
export interface Pace {
  /** From one poll to the next; for a source that pushes, from one attempt to connect to the next. */
  readonly periodMs: number;
}

export type Abilities = CommonAbilities & (PushAbilities | PollAbilities);

interface CommonAbilities {
  /** The tool shows a run that still goes on, and the agent reports it. */
  readonly running?: true;
  /** The tool may tell one thing twice without saying so. */
  readonly repeats?: true;
  /** The agent keeps what it knows in `DK_STATE_DIR`, and goes on from there when it is started again. */
  readonly durability?: true;
}

/** The tool speaks up by itself; what it says while nobody is connected is lost. */
interface PushAbilities {
  readonly push: true;
  readonly poll?: never;
}

/** The tool is asked again and again what is new. */
interface PollAbilities {
  readonly push?: never;
  readonly poll: {
    /** The tool gives its answer in pages of so many runs. Needs `faults.brokenPage`. */
    readonly pageSize?: number;
    /** By so much later than its time says may a run turn up. */
    readonly latenessMs?: number;
    /** The tool answers 429. Needs `faults.rateLimit`. */
    readonly rateLimit?: true;
    /**
     * The tool wants credentials, and they may stop to be good: `renewed` = the agent gets others by itself, `restored` =
     * it goes on when the tool takes the old ones again. Needs `faults.unauthorized`.
     */
    readonly authorization?: "renewed" | "restored";
  };
}

/** What the suite asks of a stand-in: to let things happen, and to say what has to come of them. */
export interface StandIn {
  /** Requests and attempts to connect that have reached it so far, whatever became of them. */
  readonly contacts: number;
  /** Would the agent learn of what happens now? A connection is open; or it has polled for the first time. */
  readonly isWatched: boolean;
  /**
   * Lets the tool show these runs from now on. Does not wait for anybody to take them.
   * @returns what Observability must get of them, with the tool's own keys, each run's obligations in order
   */
  emit(runs: readonly PlannedRun[]): Operation<readonly Obligation[]>;
  readonly faults: StandInFaults;
}

/** A run that a case wants to happen. The stand-in chooses everything that is not said here. */
export interface PlannedRun {
  /** Tells the runs of one case apart, from 1. */
  readonly number: number;
  /** Its time by the tool's clock, epoch ms: the one that decides which poll sees it. */
  readonly at: number;
  readonly tasks: number;
  readonly status: "COMPLETED" | "FAILED";
  /** `beginning`: it and its tasks go on; `rest`: what then comes, up to its end. */
  readonly part: "whole" | "beginning" | "rest";
}

/** Begins; what is returned ends it. */
export type ToolFault = () => () => void;

/** A name for each way in which it can go wrong, as it shall stand in a report: `answers 503`. */
export type ToolFaults = Readonly<Record<string, ToolFault>>;

/** What can go wrong with the tool. A fault does not undo what the tool knows: it shows it again afterwards. */
export interface StandInFaults {
  /** The tool is not there: at least one way. The agent's connections are cut. */
  readonly outages: ToolFaults;
  /** Polls: answers that nothing can be made of. */
  readonly malformedReplies?: ToolFaults;
  /** A message, or one entry of an answer, that nothing can be made of; all others are good. */
  readonly malformedRecords: ToolFaults;
  /** The second page of each poll fails. */
  readonly brokenPage?: ToolFault;
  /** All requests are answered 429 with `Retry-After`, until this many seconds have passed. */
  readonly rateLimit?: (retryAfterSeconds: number) => void;
  /** From the second page of the next poll on (or its second request), the credentials in use are not good any more. */
  readonly unauthorized?: ToolFault;
}
