import { h, icon, setAttribute, setStyle, setText, sync } from "./dom.js";
import { plural, tick } from "./format.js";
import { createRun } from "./run-row.js";
import { placeOn, scaleOf, ticksOn } from "./scale.js";
import { serverNow } from "./state.js";
import { runStatuses, shownAs } from "./tones.js";

const maxPipelines = 25;
const fewRuns = 4;
const manyRuns = 60;

/** Pipelines with their runs as bars on one time axis. */
export function createTimeline() {
  const axis = document.getElementById("axis");
  const list = document.getElementById("pipelines");
  const open = new Set();
  document.getElementById("legend").append(...runStatuses.map(legendItem));

  return {
    render(state, rangeMs, nowMs, changed) {
      const now = serverNow(state, nowMs);
      const { pipelines, hidden } = pipelinesOf(state, open);
      const shown = pipelines.flatMap(({ runs }) => runs);
      document.getElementById("timeline").hidden = shown.length === 0;
      document.getElementById("legend").hidden = shown.length === 0;
      document.getElementById("runs-empty").hidden = shown.length > 0;
      const scale = scaleOf(shown, rangeMs, now);
      drawAxis(axis, scale);
      const groups = pipelines.map((pipeline) => ({ ...pipeline, scale, now }));
      sync(
        list,
        groups,
        ({ key }) => key,
        (group) => createPipeline(group, open, changed),
      );
      setText(
        document.getElementById("runs-more"),
        hidden > 0 ? `${plural(hidden, "pipeline")} without recent events not shown.` : "",
      );
    },
  };
}

const legendItem = (status) => {
  const { label, tone, icon: iconName } = shownAs(status);
  return h(
    "li",
    {},
    h("span", { class: "bar sample", "data-tone": tone, "aria-hidden": "true" }),
    h("span", { class: "badge plain", "data-tone": tone }, icon(iconName), label),
  );
};

/** The pipelines with the latest events, by name so that they keep their places; runs newest first. */
function pipelinesOf(state, open) {
  const byKey = new Map();
  for (const run of state.runs.values()) byKey.set(run.pipelineKey, [...(byKey.get(run.pipelineKey) ?? []), run]);
  const recent = [...byKey].sort(([, a], [, b]) => b.at(-1).lastEventAt - a.at(-1).lastEventAt).slice(0, maxPipelines);
  const pipelines = recent.map(([key, runs]) => {
    const { name, tool } = state.components.get(`pipeline:${key}`) ?? {};
    runs.sort((a, b) => b.state.startMs - a.state.startMs || (a.key < b.key ? 1 : -1));
    return {
      key,
      name: name ?? key,
      tool,
      total: runs.length,
      failed: runs.filter(isFailed).length,
      runs: runs.slice(0, open.has(key) ? manyRuns : fewRuns),
    };
  });
  pipelines.sort((a, b) => a.name.localeCompare(b.name));
  return { pipelines, hidden: byKey.size - recent.length };
}

const isFailed = ({ state }) => state.status === "FAILED";

function createPipeline({ key }, open, changed) {
  const title = h("h3");
  const note = h("span", { class: "note" });
  const runs = h("ol", { class: "runs" });
  const toggle = () => {
    if (!open.delete(key)) open.add(key);
    changed();
  };
  const more = h("button", { class: "button small", type: "button", onclick: toggle });
  return {
    node: h("li", { class: "pipeline" }, h("div", { class: "pipeline-head" }, title, note), runs, more),
    update(pipeline) {
      const { name, tool, total, failed, scale, now } = pipeline;
      setText(title, name);
      setText(note, [tool, plural(total, "run"), failed > 0 && `${failed} failed`].filter(Boolean).join(" · "));
      const rows = pipeline.runs.map((run, index) => ({ run, scale, now, newest: index === 0 }));
      sync(
        runs,
        rows,
        ({ run }) => run.key,
        (row) => createRun(row, changed),
      );
      more.hidden = total <= fewRuns;
      setText(more, open.has(key) ? "Show fewer" : `Show ${Math.min(total, manyRuns) - fewRuns} older`);
      setAttribute(more, "aria-expanded", open.has(key));
    },
  };
}

/** Room that half a tick's label needs, in CSS pixels: a tick nearer to an end of the axis is left out. */
const labelRoomPx = 32;

function drawAxis(axis, scale) {
  const widthPx = axis.clientWidth;
  const { ticks, step } = ticksOn(scale, Math.max(2, Math.floor(widthPx / 76)));
  const placed = ticks.map((at) => ({ at, step, percent: placeOn(scale, { startMs: at, endMs: at }, at).left }));
  const margin = (100 * labelRoomPx) / widthPx;
  const shown = placed.filter(({ percent }) => percent >= margin && percent <= 100 - margin);
  sync(axis, shown, ({ at }) => String(at), createTick);
}

function createTick() {
  const label = h("span");
  const node = h("div", { class: "tick" }, label);
  return {
    node,
    update({ at, step, percent }) {
      setText(label, tick(at, step));
      setStyle(node, "left", `${percent}%`);
    },
  };
}
