/** What the source has exposed: Observability must get it, and only once unless an answer was lost. */
export interface Obligation {
  /** Names this one event among all, `nightly/r12 load#2 FAILED`. */
  readonly key: string;
  /** What keeps its order: a run, a dataset. */
  readonly run: string;
  /** Its place among those of its run; equal ones may overtake each other. */
  readonly position: number;
  /** From when on the source showed it, epoch ms. */
  readonly exposedAtMs: number;
}

/** An event that the server has taken: once for each request that brought it. */
export interface Delivery {
  readonly key: string;
  readonly run: string;
  /** A status of the run itself: one more of them after the run's end raises an alert. */
  readonly isOfRun: boolean;
  /** When it happened, as it says itself, epoch ms. */
  readonly happenedAtMs: number;
  /** Which life of the agent sent it. */
  readonly life: number;
  readonly takenAtMs: number;
  /** `lost`: the connection ended before the whole answer was on its way. */
  readonly answer: "given" | "lost";
  /** The agent had the answer, and all the turns of its event loop that it takes to note it. */
  readonly isSettled: boolean;
}

/** One process of the agent, from start to end. */
export interface Life {
  readonly number: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `died`: by itself, and nobody had asked it to. */
  readonly end: "killed" | "stopped" | "died";
  /** For people: `SIGKILL at commit:after #3`. */
  readonly how: string;
  /** It was stopped, and what was under way at the end of its time to do so was given up. */
  readonly gaveUp: boolean;
}

/** An alert "unexpected status change", as the real server raises it. */
export interface UnexpectedStatus {
  readonly run: string;
  readonly raisedAtMs: number;
}

/** What the agent's store has counted, at the end. */
export interface Accounts {
  readonly emitted: number;
  readonly acknowledged: number;
  readonly deduplicated: number;
  readonly deadLettered: number;
  readonly queued: number;
  readonly damaged: number;
}

/** A fault of the disk, as it is called in the journal. */
export const DISK_FULL = "disk: full";

/** Something that went wrong on purpose, from when to when. */
export interface FaultSpan {
  /** `server: reset`, `disk: full` */
  readonly what: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** All that is known about one run of the oracle. */
export interface History {
  readonly obligations: readonly Obligation[];
  /** In the order in which the server took them. */
  readonly deliveries: readonly Delivery[];
  readonly lives: readonly Life[];
  readonly alerts: readonly UnexpectedStatus[];
  /** What the server's checks refused, in its words. */
  readonly refusals: readonly string[];
  readonly faults: readonly FaultSpan[];
  readonly lastFaultAtMs: number;
  /** `undefined` when they could not be read. */
  readonly accounts: Accounts | undefined;
  /** What the store has set aside as damaged, by the names of files. */
  readonly damaged: readonly string[];
  /** Does the tool let runs go on after their end, which raises an alert each time? */
  readonly hasRepairs: boolean;
  /** After how long without an answer the agent gives up a request, ms. */
  readonly readTimeoutMs: number;
}
