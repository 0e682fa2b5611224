export type FindingKind =
  | "missing"
  | "not promised"
  | "out of order"
  | "wrong time"
  | "twice"
  | "alert"
  | "refused"
  | "died"
  | "stale"
  | "damage"
  | "accounts";

/** One way in which what came is not what was promised. */
export interface Finding {
  readonly kind: FindingKind;
  /** The run concerned, when there is one. */
  readonly run?: string;
  /** The life of the agent concerned, when that is known. */
  readonly life?: number;
  readonly text: string;
}
