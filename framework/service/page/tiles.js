import { byId, h, setAttribute, setText, svg, sync } from "./dom.js";
import { age, bytes, count, rate } from "./format.js";
import { ratePerSecond } from "./state.js";

const slots = 180;
const stuckMs = 300_000;
const oldMs = 60_000;

/** The row of large numbers, two of them with their last quarter of an hour. */
export function renderTiles(state, { nowMs, now }) {
  const { delivery, history } = state;
  byId("tiles").hidden = delivery === null;
  if (delivery === null) return;
  const waiting = delivery.queued + delivery.inFlight;
  const oldest = delivery.oldestQueuedAt === undefined ? 0 : Math.max(0, now - delivery.oldestQueuedAt);
  const ages = history.samples.map(({ oldestSeconds }) => oldestSeconds);
  const rates = history.samples.map(({ perSecond }) => perSecond);
  sync(
    byId("tiles"),
    [
      {
        label: "Delivered",
        value: rate(ratePerSecond(state, nowMs)),
        unit: "per second",
        chart: rates,
        words: `Delivery rate of the last 15 minutes, at most ${rate(Math.max(0, ...rates))} per second.`,
      },
      {
        label: "Oldest event",
        value: waiting === 0 ? "–" : age(oldest),
        unit: waiting === 0 ? "nothing waits" : "",
        chart: ages,
        words: `Its age over the last 15 minutes, at most ${age(Math.max(0, ...ages) * 1_000)}.`,
        tone: oldest > stuckMs ? "bad" : oldest > oldMs ? "warn" : null,
      },
      {
        label: "In the queue",
        value: count(waiting),
        unit: delivery.inFlight > 0 ? `${count(delivery.inFlight)} in flight` : "",
        note: storeNote(delivery),
      },
      {
        label: "Dead letters",
        value: count(delivery.deadLettered),
        unit: "",
        note: `${count(delivery.acknowledged)} delivered, ${count(delivery.deduplicated)} de-duplicated`,
        tone: delivery.deadLettered > 0 ? "bad" : null,
      },
    ],
    ({ label }) => label,
    createTile,
  );
}

function storeNote({ isDurable, usedBytes, maxBytes }) {
  return isDurable ? `${bytes(usedBytes)} of ${bytes(maxBytes)} on disk` : "in memory only: lost with the process";
}

function createTile({ label, chart }) {
  const value = h("span");
  const unit = h("small");
  const curve = chart && createChart();
  const note = h("p", { class: "note" });
  const foot = curve ? h("div", { class: "chart" }, curve.node) : note;
  const node = h("div", { class: "card tile" }, h("h2", {}, label), h("p", { class: "value" }, value, " ", unit), foot);
  return {
    node,
    update(tile) {
      setText(value, tile.value);
      setText(unit, tile.unit);
      setText(note, tile.note ?? "");
      setAttribute(node, "data-tone", tile.tone);
      curve?.update(tile.chart, tile.words);
    },
  };
}

/** A curve from zero to the largest number, the newest at the right edge. */
function createChart() {
  const title = svg("title");
  const area = svg("path", { class: "chart-area" });
  const line = svg("path", { class: "chart-line" });
  const node = svg("svg", { viewBox: "0 0 100 36", preserveAspectRatio: "none", role: "img" }, title, area, line);
  return {
    node,
    update(numbers, words) {
      setText(title, words);
      setAttribute(node, "aria-label", words);
      const top = Math.max(...numbers, 1);
      const x = (index) => 100 - ((numbers.length - 1 - index) * 100) / (slots - 1);
      const points = numbers.map((number, index) => `${x(index).toFixed(2)} ${(34 - (number / top) * 30).toFixed(2)}`);
      const curve = points.length > 1 ? `M${points.join("L")}` : "";
      setAttribute(line, "d", curve);
      setAttribute(area, "d", curve && `${curve}V36H${x(0).toFixed(2)}Z`);
    },
  };
}
