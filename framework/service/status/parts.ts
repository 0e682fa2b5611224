import { excerpt } from "../../../toolkit/index.ts";
import type { LaneDepth } from "../delivery-view.ts";
import { reasonsNotReady } from "../readiness.ts";
import type { Watched } from "../watched.ts";
import { type History, SAMPLE_PERIOD_MS } from "./history.ts";
import { laneName } from "./lane-name.ts";
import { toLoopViews } from "./loop-view.ts";
import { sparing } from "./sparing.ts";

const MAX_LANES = 12;
const MAX_CHANNELS = 50;
const MAX_WATCHED = 200;
const MAX_DEAD_LETTERS = 50;
const MAX_EXCERPT = 600;

/**
 * What the page shows, in parts that change each at its own pace; nothing in a part changes just because time passes.
 * Times called `…Ms` are on the clock of `performance.now()`, the others epoch ms. Secrets are masked.
 */
export function statusParts(watched: Watched, history: History): () => Readonly<Record<string, unknown>> {
  const { monitor, redactor, settings, delivery } = watched;
  const lanes = sparing(() => delivery.lanes(MAX_LANES)); // of 100,000 events: 35 ms
  return () => {
    monitor.dateSuccesses();
    return {
      agent: agentPart(watched),
      loops: toLoopViews(monitor.loops, redactor),
      channels: channelsPart(watched),
      watched: watchedPart(watched),
      delivery: deliveryPart(watched, lanes()),
      history: { periodMs: SAMPLE_PERIOD_MS, samples: history.samples },
      events: eventsPart(watched),
      deadLetters: deadLettersPart(watched),
      settings: settings().map((setting) => ({ ...setting, value: redactor.redact(setting.value) })),
    };
  };
}

function agentPart(watched: Watched): object {
  const { agent, shutdown, startedAtMs } = watched;
  const reasons = reasonsNotReady(watched);
  const state = shutdown.requested ? "stopping" : reasons.length > 0 ? "not-ready" : "ready";
  return { ...agent, node: process.version, startedAtMs: Math.round(startedAtMs), state, reasons };
}

function channelsPart({ monitor }: Watched): object {
  return monitor.channels.slice(0, MAX_CHANNELS).map(({ name, statistics }) => {
    const { capacity, bufferUsed, peakBufferUsed, sendersWaiting } = statistics();
    return { name, capacity: Number.isFinite(capacity) ? capacity : null, bufferUsed, peakBufferUsed, sendersWaiting };
  });
}

function watchedPart({ monitor, redactor }: Watched): object {
  return monitor.lists.map(({ name, items }) => {
    const all = [...items()];
    const shown = all.slice(0, MAX_WATCHED).map((item) => ({ ...item, name: redactor.redact(item.name) }));
    return { name, count: all.length, items: shown };
  });
}

function deliveryPart({ delivery, redactor }: Watched, deepest: readonly LaneDepth[]): object {
  const lanes = deepest.map((lane) => ({ ...lane, lane: redactor.redact(laneName(lane.lane)) }));
  const { acknowledged, queued, inFlight, deadLettered, deduplicated, damaged, ...now } = delivery.statistics();
  const { oldestQueuedAt, isDurable, usedBytes, maxBytes } = now;
  const counts = { acknowledged, queued, inFlight, deadLettered, deduplicated, damaged };
  return { ...counts, oldestQueuedAt, isDurable, usedBytes, maxBytes, lanes };
}

function eventsPart({ monitor, redactor }: Watched): object {
  return monitor.trail.latest().map((entry) => ({
    ...entry,
    atMs: Math.round(entry.atMs),
    lane: redactor.redact(laneName(entry.lane)),
  }));
}

function deadLettersPart({ delivery, redactor, replayEnabled }: Watched): object {
  const letters = delivery.deadLetters({ limit: MAX_DEAD_LETTERS, newestFirst: true });
  const list = letters.map(({ id, type, lane, status, answer, body, refusedAt }) => ({
    id,
    type,
    lane: redactor.redact(laneName(lane)),
    status,
    answer: excerpt(redactor, answer, MAX_EXCERPT),
    body: excerpt(redactor, body, MAX_EXCERPT),
    refusedAt,
  }));
  return { replayEnabled, list, isCut: letters.length === MAX_DEAD_LETTERS };
}
