import { h, setAttribute, setText, svg, sync } from "./dom.js";
import { count, plural, rate } from "./format.js";
import { rateHistory, ratePerSecond } from "./state.js";

/** The row of large numbers at the top. */
export function renderTotals(state) {
  const { requests, accepted, refused, heartbeats, alerts } = state.totals;
  const tiles = [
    { label: "Accepted", value: count(accepted), note: `and ${plural(heartbeats, "heartbeat")}` },
    { label: "Per second", value: rate(ratePerSecond(state)), history: rateHistory(state) },
    {
      label: "Refused",
      value: count(refused),
      note: `of ${plural(requests, "request")}`,
      tone: refused > 0 ? "bad" : "",
    },
    { label: "Alerts", value: count(alerts), note: "since the start", tone: alerts > 0 ? "warn" : "" },
  ];
  sync(document.getElementById("totals"), tiles, ({ label }) => label, createTile);
}

function createTile({ label, history }) {
  const value = h("p", { class: "value" });
  const note = h("p", { class: "note" });
  const chart = history && createSparkline(58);
  const node = h("div", { class: "tile" }, h("h2", {}, label), value, ...(chart ? [chart.node] : [note]));
  return {
    node,
    update(tile) {
      setText(value, tile.value);
      setText(note, tile.note ?? "");
      setAttribute(node, "data-tone", tile.tone || null);
      chart?.update(tile.history);
    },
  };
}

/** A small curve of numbers, oldest first, at most `slots` of them; from zero to the largest. Decoration: hidden from readers. */
export function createSparkline(slots, fromZero = true) {
  const area = svg("path", { class: "spark-area" });
  const line = svg("path", { class: "spark-line" });
  const node = svg(
    "svg",
    { class: "spark", viewBox: "0 0 100 24", preserveAspectRatio: "none", "aria-hidden": "true" },
    area,
    line,
  );
  return {
    node,
    update(numbers) {
      const shown = numbers.slice(-slots);
      const top = Math.max(...shown, fromZero ? 1 : Number.NEGATIVE_INFINITY);
      const bottom = fromZero ? 0 : Math.min(...shown);
      const x = (index) => 100 - ((shown.length - 1 - index) * 100) / (slots - 1);
      const y = (number) => (top === bottom ? 12 : 22.5 - ((number - bottom) / (top - bottom)) * 21);
      const points = shown.map((number, index) => `${x(index).toFixed(1)} ${y(number).toFixed(1)}`);
      const curve = points.length > 1 ? `M${points.join("L")}` : "";
      setAttribute(line, "d", curve);
      setAttribute(area, "d", curve && `${curve}V24H${x(0).toFixed(1)}Z`);
    },
  };
}
