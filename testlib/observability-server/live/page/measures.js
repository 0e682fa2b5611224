import { h, setStyle, setText, sync } from "./dom.js";
import { count } from "./format.js";
import { createSparkline } from "./totals.js";

const maxShown = 12;

/** Tests, metrics and dataset operations by component, the one with the latest event first. */
export function renderMeasures({ components }) {
  const latest = [...components.values()].reverse();
  renderList(
    "tests",
    latest.filter(({ tallies: { tests } }) => tests.PASSED + tests.WARNING + tests.FAILED > 0),
    idOf,
    createTests,
  );
  renderList("metrics", latest.flatMap(metricsOf), ({ id }) => id, createMetric);
  renderList(
    "datasets",
    latest.filter(({ tallies: { datasets } }) => datasets.READ + datasets.WRITE > 0),
    idOf,
    createDataset,
  );
}

const idOf = ({ type, key }) => `${type}:${key}`;
const nameOf = ({ name, key }) => name ?? key;

const metricsOf = (component) =>
  component.metrics
    .toReversed()
    .map((metric) => ({ ...metric, id: JSON.stringify([idOf(component), metric.key]), component: nameOf(component) }));

function renderList(id, items, keyOf, create) {
  // By name within the latest few, so that rows keep their places while numbers change.
  const shown = items.slice(0, maxShown).sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  sync(document.getElementById(id), shown, keyOf, create);
  document.getElementById(`${id}-empty`).hidden = shown.length > 0;
}

function createTests() {
  const name = h("span", { class: "name" });
  const words = h("span", { class: "note" });
  const parts = ["good", "warn", "bad"].map((tone) => h("span", { "data-tone": tone }));
  return {
    node: h(
      "li",
      {},
      h("div", { class: "measure-head" }, name, words),
      h("div", { class: "share", "aria-hidden": "true" }, ...parts),
    ),
    update(component) {
      const { PASSED, WARNING, FAILED } = component.tallies.tests;
      setText(name, nameOf(component));
      setText(
        words,
        [`${count(PASSED)} passed`, WARNING > 0 && `${count(WARNING)} warning`, FAILED > 0 && `${count(FAILED)} failed`]
          .filter(Boolean)
          .join(" · "),
      );
      for (const [index, number] of [PASSED, WARNING, FAILED].entries())
        setStyle(parts[index], "flex-grow", String(number));
    },
  };
}

function createMetric({ key, component }) {
  const value = h("span", { class: "number" });
  const chart = createSparkline(40, false);
  return {
    node: h(
      "li",
      { class: "metric" },
      h("div", { class: "names" }, h("span", { class: "name" }, key), h("span", { class: "note" }, component)),
      chart.node,
      value,
    ),
    update(metric) {
      setText(value, metric.value);
      chart.update(metric.history);
    },
  };
}

function createDataset() {
  const name = h("span", { class: "name" });
  const words = h("span", { class: "note" });
  const path = h("p", { class: "path" });
  return {
    node: h("li", {}, h("div", { class: "measure-head" }, name, words), path),
    update(component) {
      const { READ, WRITE } = component.tallies.datasets;
      setText(name, nameOf(component));
      setText(
        words,
        [READ > 0 && `${count(READ)} read`, WRITE > 0 && `${count(WRITE)} written`].filter(Boolean).join(" · "),
      );
      setText(path, component.path ?? "");
    },
  };
}
