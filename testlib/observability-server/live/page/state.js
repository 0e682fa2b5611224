// What the page knows: the server's updates merged, everything bounded. No DOM here.

const limits = { agents: 100, components: 400, runs: 600, events: 300, notices: 100, rateSamples: 61 };

export function createState() {
  return {
    basePath: "/",
    /** Server's clock minus ours, in ms. */
    clockOffset: 0,
    agentAges: { onlineUntilMs: 0, unhealthyUntilMs: 0 },
    totals: { requests: 0, accepted: 0, refused: 0, heartbeats: 0, alerts: 0 },
    agents: new Map(),
    components: new Map(),
    runs: new Map(),
    /** Newest first. */
    events: [],
    /** Refusals and alerts that say the same are one notice with a count; the last one seen comes last. */
    refused: new Map(),
    alerts: new Map(),
    /** Accepted events at each of the last seconds, oldest first: [ms by our clock, accepted]. */
    rateSamples: [],
  };
}

export function applyUpdate(state, update, now) {
  if (update.reset) Object.assign(state, createState());
  const { basePath, agentAges, totals } = update;
  Object.assign(state, { basePath, agentAges, totals, clockOffset: update.now - now });
  if (update.reset) state.rateSamples.push([now, totals.accepted]);
  for (const agent of update.agents) put(state.agents, JSON.stringify([agent.key, agent.tool]), agent, limits.agents);
  for (const each of update.components) put(state.components, `${each.type}:${each.key}`, each, limits.components);
  for (const run of update.runs) put(state.runs, runId(run), run, limits.runs);
  for (const refusal of update.refused) notice(state.refused, refusalId(refusal), refusal, refusal.receivedAt);
  for (const alert of update.alerts) notice(state.alerts, alertId(alert), alert, alert.raisedAt);
  const events = update.events.map((event) => ({ ...event, where: whereOf(state, event) }));
  state.events = [...events.reverse(), ...state.events].slice(0, limits.events);
}

/** Component › run › task, by name where the name is known. */
function whereOf({ components, runs }, { component, runKey, task }) {
  const key = component.slice(component.indexOf(":") + 1);
  const run = runKey && (runs.get(runId({ pipelineKey: key, key: runKey }))?.name ?? runKey);
  return [components.get(component)?.name ?? key, run, task].filter(Boolean).join(" › ");
}

export const runId = ({ pipelineKey, key }) => JSON.stringify([pipelineKey, key]);
const refusalId = ({ method, path, status, error }) => JSON.stringify([method, path, status, error]);
const alertId = ({ kind, pipelineKey, runKey }) => JSON.stringify([kind, pipelineKey, runKey]);

/** The entry set last is last in the map; the first is dropped past the bound. */
function put(map, key, value, max) {
  map.delete(key);
  map.set(key, value);
  if (map.size > max) map.delete(map.keys().next().value);
}

function notice(map, key, latest, at) {
  put(map, key, { key, latest, at, count: (map.get(key)?.count ?? 0) + 1 }, limits.notices);
}

export const serverNow = (state, now) => now + state.clockOffset;

export function agentStatus(agent, { onlineUntilMs, unhealthyUntilMs }, now) {
  const age = now - agent.lastHeartbeatAt;
  if (age <= onlineUntilMs) return "ONLINE";
  return age <= unhealthyUntilMs ? "UNHEALTHY" : "OFFLINE";
}

/** Call it once a second. */
export function sampleRate(state, now) {
  state.rateSamples.push([now, state.totals.accepted]);
  if (state.rateSamples.length > limits.rateSamples) state.rateSamples.shift();
}

/** Accepted events per second, averaged over the last 5 samples. */
export function ratePerSecond(state) {
  const last = state.rateSamples.at(-1);
  const earlier = state.rateSamples.at(-6) ?? state.rateSamples[0];
  return last && earlier && last[0] > earlier[0] ? ((last[1] - earlier[1]) * 1_000) / (last[0] - earlier[0]) : 0;
}

/** Accepted events in each of the last seconds, oldest first. */
export const rateHistory = ({ rateSamples }) =>
  rateSamples.slice(1).map(([, accepted], index) => accepted - rateSamples[index][1]);
