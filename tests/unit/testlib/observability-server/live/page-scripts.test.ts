import { describe, expect, test } from "vitest";

/** The page's own scripts, those without DOM. They are plain JavaScript, so they come without types. */
const load = (file: string) =>
  import(new URL(`../../../../../testlib/observability-server/live/page/${file}`, import.meta.url).href);
const { applyUpdate, agentStatus, createState, ratePerSecond, sampleRate, serverNow } = await load("state.js");
const { placeOn, scaleOf, ticksOn } = await load("scale.js");
const { ago, count, duration } = await load("format.js");

const update = {
  now: 1_000,
  reset: false,
  basePath: "/api/",
  agentAges: { onlineUntilMs: 100, unhealthyUntilMs: 200 },
  totals: { requests: 0, accepted: 0, refused: 0, heartbeats: 0, alerts: 0 },
  agents: [],
  components: [],
  runs: [],
  events: [],
  refused: [],
  alerts: [],
};

describe("state", () => {
  test("merges what changes, by identity", () => {
    const state = createState();
    const run = { pipelineKey: "p", key: "r", name: "Run", state: { status: "RUNNING", startMs: 1 }, tasks: [] };
    applyUpdate(state, { ...update, runs: [run], components: [{ type: "pipeline", key: "p", name: "Pipe" }] }, 900);
    applyUpdate(state, { ...update, runs: [{ ...run, state: { status: "FAILED" } }] }, 900);
    expect([...state.runs.values()]).toMatchObject([{ state: { status: "FAILED" } }]);
    expect(serverNow(state, 950)).toBe(1_050);
  });

  test("lists events newest first, with the names known by then, at most 300", () => {
    const state = createState();
    const events = Array.from({ length: 200 }, (_, index) => ({
      sequence: index + 1,
      component: "pipeline:p",
      runKey: "r",
      task: "t",
    }));
    applyUpdate(state, { ...update, components: [{ type: "pipeline", key: "p", name: "Pipe" }], events }, 0);
    applyUpdate(state, { ...update, events: events.map((event) => ({ ...event, sequence: event.sequence + 200 })) }, 0);
    expect([state.events.length, state.events[0].sequence, state.events[299].sequence]).toEqual([300, 400, 101]);
    expect(state.events[0].where).toBe("Pipe › r › t");
  });

  test("counts refusals that say the same as one", () => {
    const state = createState();
    const refusal = { method: "POST", path: "x", status: 400, error: "no", receivedAt: 5 };
    applyUpdate(
      state,
      { ...update, refused: [refusal, { ...refusal, error: "other" }, { ...refusal, receivedAt: 9 }] },
      0,
    );
    expect([...state.refused.values()]).toMatchObject([
      { count: 1, latest: { error: "other" } },
      { count: 2, at: 9, latest: { error: "no" } },
    ]);
  });

  test("forgets everything at a reset: the server may be another one", () => {
    const state = createState();
    applyUpdate(state, { ...update, agents: [{ key: "a", tool: "t" }], events: [{ sequence: 1, component: "" }] }, 0);
    applyUpdate(state, { ...update, reset: true }, 0);
    expect([state.agents.size, state.events]).toEqual([0, []]);
  });

  test("averages the rate over five seconds", () => {
    const state = createState();
    for (let second = 0; second <= 10; second++) {
      state.totals = { accepted: second < 5 ? 0 : (second - 5) * 20 };
      sampleRate(state, second * 1_000);
    }
    expect(ratePerSecond(state)).toBe(20);
  });

  test.each([
    [100, "ONLINE"],
    [101, "UNHEALTHY"],
    [200, "UNHEALTHY"],
    [201, "OFFLINE"],
  ])("shows an agent whose heartbeat is %d ms old as %s", (age, status) => {
    expect(agentStatus({ lastHeartbeatAt: 0 }, update.agentAges, age)).toBe(status);
  });
});

describe("scale", () => {
  const axis = { start: 0, end: 1_000 };

  test("holds every run and task, running ones up to now", () => {
    const runs = [
      { state: { startMs: 10_000, endMs: 20_000 }, tasks: [{ state: { startMs: 5_000, endMs: 6_000 } }] },
      { state: { startMs: 15_000 }, tasks: [] },
    ];
    expect(scaleOf(runs, undefined, 105_000)).toEqual({ start: 3_000, end: 107_000 });
    expect(scaleOf(runs, 60_000, 105_000)).toEqual({ start: 45_000, end: 105_000 });
  });

  test.each([
    [
      { startMs: 100, endMs: 600 },
      { left: 10, width: 50, openLeft: false },
    ],
    [{ startMs: 900 }, { left: 90, width: 10, openLeft: false }],
    [
      { startMs: -500, endMs: 100 },
      { left: 0, width: 10, openLeft: true },
    ],
    [{ startMs: -500, endMs: -1 }, undefined],
    [{ startMs: 1_001, endMs: 1_002 }, undefined],
  ])("places %j", (state, place) => {
    expect(placeOn(axis, state, 1_200)).toEqual(place);
  });

  test("has no more ticks than asked for, at round moments", () => {
    const { ticks, step } = ticksOn({ start: Date.UTC(2024, 4, 1, 2, 3), end: Date.UTC(2024, 4, 1, 2, 41) }, 5);
    expect(step).toBe(600_000);
    expect(ticks).toEqual([10, 20, 30, 40].map((minute) => Date.UTC(2024, 4, 1, 2, minute)));
  });
});

test("formats spans and counts", () => {
  expect([340, 3_200, 12_999, 200_000, 7_500_000, 360_000_000].map(duration)).toEqual([
    "340 ms",
    "3.2 s",
    "12 s",
    "3 min 20 s",
    "2 h 5 min",
    "4 d 4 h",
  ]);
  expect([1_500, 12_400, 69_000, 9_000_000].map(ago)).toEqual(["just now", "12 s ago", "1 min ago", "2 h ago"]);
  expect(count(1_234_567)).toMatch(/^1[.,]2/);
});
