import type { Delivery, History, Life, Obligation } from "../../oracle/checker/history.ts";

const RUN = "orders/r1";
const STEPS = ["RUNNING", "load RUNNING", "load COMPLETED", "COMPLETED"];

export const key = (step: number): string => `${RUN} ${STEPS[step]}`;

/** What one run owes: its begin, a task, its end; one step a second. */
export const obligations: readonly Obligation[] = STEPS.map((_, position) => ({
  key: key(position),
  run: RUN,
  position,
  exposedAtMs: position * 1_000,
}));

/** The delivery of a step: seen to its end by the first life, half a second after it happened, unless told otherwise. */
export function delivery(step: number, changes: Partial<Delivery> = {}): Delivery {
  const takenAtMs = step * 1_000 + 500;
  return {
    ...{ key: key(step), run: RUN, isOfRun: step === 0 || step === 3, happenedAtMs: step * 1_000 },
    ...{ life: 1, takenAtMs, answer: "given", isSettled: true },
    ...changes,
  };
}

export const killed: Life = {
  ...{ number: 1, startedAtMs: 0, endedAtMs: 2_700, end: "killed", how: "SIGKILL", gaveUp: false },
};
export const stopped: Life = { ...killed, number: 2, endedAtMs: 9_000, end: "stopped", how: "SIGTERM" };

/** Two lives in which all went well, with what a test wants to be different. */
export function history(changes: Partial<History> = {}): History {
  const deliveries = changes.deliveries ?? [0, 1, 2, 3].map((step) => delivery(step));
  const distinct = new Set(deliveries.map((each) => each.key)).size;
  return {
    obligations,
    deliveries,
    lives: [killed, stopped],
    alerts: [],
    refusals: [],
    faults: [],
    lastFaultAtMs: 2_700,
    accounts: {
      ...{ emitted: distinct + 2, acknowledged: distinct, deduplicated: 2 },
      ...{ deadLettered: 0, queued: 0, damaged: 0 },
    },
    damaged: [],
    hasRepairs: false,
    readTimeoutMs: 1_000,
    ...changes,
  };
}
