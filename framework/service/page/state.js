// What the page knows: the parts the agent has sent, and how far its clocks are from the browser's. No DOM here.

export function createState() {
  return {
    agent: undefined,
    loops: [],
    channels: [],
    watched: [],
    delivery: null,
    history: { periodMs: 5_000, samples: [] },
    events: [],
    deadLetters: { replayEnabled: false, list: [], isCut: false },
    settings: [],
    /** How often another process has taken the place of the one before. */
    run: 0,
    /** The agent's clock when it was heard last. */
    heardAtMs: 0,
    /** The agent's clocks minus the browser's `performance.now()`. */
    monotonicOffset: 0,
    epochOffset: 0,
    /** The last two counts of delivered events: [agent's ms, acknowledged]. */
    rates: [],
  };
}

/** @param message the parts that have changed, and both clocks of the agent */
export function applyMessage(state, { nowMs, now, ...parts }, browserMs) {
  if (isOtherRun(state, nowMs, parts)) Object.assign(state, createState(), { run: state.run + 1 });
  state.heardAtMs = nowMs;
  Object.assign(state, parts);
  state.monotonicOffset = nowMs - browserMs;
  state.epochOffset = now - browserMs;
  if (state.delivery !== null && parts.delivery) sample(state, nowMs);
}

/** Has the agent been started again? Its clock, its counts and its numbers have begun anew then. */
function isOtherRun({ agent, heardAtMs }, nowMs, parts) {
  if (nowMs < heardAtMs) return true;
  return agent !== undefined && parts.agent !== undefined && parts.agent.startedAtMs !== agent.startedAtMs;
}

/** The agent's clocks at a moment of the browser's. */
export const clocksAt = (state, browserMs) => ({
  nowMs: browserMs + state.monotonicOffset,
  now: browserMs + state.epochOffset,
});

const rateSpanMs = 5_000;

function sample({ rates, delivery }, nowMs) {
  rates.push([nowMs, delivery.acknowledged]);
  while (rates.length > 2 && nowMs - rates[1][0] >= rateSpanMs) rates.shift();
}

/** Delivered events per second over the last seconds; 0 once nothing has been heard of any for a while. */
export function ratePerSecond({ rates }, nowMs) {
  const [first] = rates;
  const last = rates.at(-1);
  if (first === undefined || last[0] === first[0] || nowMs - last[0] > rateSpanMs) return 0;
  return ((last[1] - first[1]) * 1_000) / (nowMs - first[0]);
}
