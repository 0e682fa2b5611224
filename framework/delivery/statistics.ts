import type { LaneCounts } from "./lanes/index.ts";

/**
 * A moment's view of the outbox. What is counted is counted from the first start on the same directory, and always
 * `emitted = acknowledged + queued + inFlight + deadLettered + deduplicated + damaged`.
 */
export interface OutboxStatistics {
  /** Events that were sent into the outbox; dead letters that were replayed count again. */
  readonly emitted: number;
  readonly acknowledged: number;
  readonly deadLettered: number;
  readonly deduplicated: number;
  /** Could not be read from disk any more, and were set aside. */
  readonly damaged: number;
  /** Waiting, those that are put off included. */
  readonly queued: number;
  readonly inFlight: number;
  /** Those in memory. */
  readonly laneCounts: LaneCounts;
  /** Epoch ms; `undefined` when none is left. */
  readonly oldestQueuedAt: number | undefined;
  /** Does it outlive the process? */
  readonly isDurable: boolean;
  readonly usedBytes: number;
  readonly maxBytes: number;
  /** Senders have to wait. */
  readonly isFull: boolean;
  /** Why the store does not work at the moment. */
  readonly error: Error | undefined;
}
