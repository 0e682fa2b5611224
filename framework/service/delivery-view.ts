/**
 * The books of delivery at one moment:
 * emitted = acknowledged + queued + in flight + dead-lettered + de-duplicated (+ damaged, which is 0 unless the disk is bad).
 */
export interface DeliverySnapshot {
  readonly emitted: number;
  readonly acknowledged: number;
  /** Waiting; without those in flight. */
  readonly queued: number;
  readonly inFlight: number;
  readonly deadLettered: number;
  readonly deduplicated: number;
  /** Set aside because they cannot be read from the disk any more. */
  readonly damaged: number;
  /** When the oldest event that is not settled was queued, epoch ms. */
  readonly oldestQueuedAt: number | undefined;
  /** Does it outlive the process? */
  readonly isDurable: boolean;
  readonly usedBytes: number;
  readonly maxBytes: number;
}

export interface LaneDepth {
  readonly lane: string;
  readonly count: number;
  /** When its oldest event was queued, epoch ms. */
  readonly oldest: number;
}

/** An event that Observability has refused for good. */
export interface DeadLetterView {
  readonly id: number;
  readonly type: string;
  readonly lane: string;
  /** JSON. */
  readonly body: string;
  readonly status: number;
  readonly answer: string;
  /** Epoch ms. */
  readonly queuedAt: number;
  readonly refusedAt: number;
}

/** What the service needs to know of delivery. What is synchronous is cheap enough for once a second. */
export interface DeliveryView {
  statistics(): DeliverySnapshot;
  /** The deepest first. */
  lanes(limit: number): readonly LaneDepth[];
  deadLetters(options: { readonly limit: number; readonly newestFirst: true }): readonly DeadLetterView[];
  /** @returns how many are queued again */
  replay(ids: readonly number[] | "all"): Promise<number>;
}
