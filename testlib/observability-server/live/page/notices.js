import { h, icon, setText, sync } from "./dom.js";
import { ago, count, moment } from "./format.js";
import { serverNow } from "./state.js";
import { shownAs } from "./tones.js";

const maxShown = 30;

/** Alerts and refused requests, latest first; those that say the same are one, with a count. */
export function renderNotices(state, nowMs) {
  const now = serverNow(state, nowMs);
  renderList("alerts", state.alerts, now, (alert) => createAlert(alert, state));
  renderList("refused", state.refused, now, createRefusal);
  setText(document.getElementById("alerts-note"), totalNote(state.totals.alerts));
  setText(document.getElementById("refused-note"), totalNote(state.totals.refused));
}

const totalNote = (total) => (total > 0 ? `${count(total)} in all` : "");

function renderList(id, notices, now, create) {
  const latest = [...notices.values()].slice(-maxShown).reverse();
  sync(
    document.getElementById(id),
    latest.map((notice) => ({ ...notice, now })),
    ({ key }) => key,
    create,
  );
  document.getElementById(`${id}-empty`).hidden = latest.length > 0;
}

function createAlert({ latest }, state) {
  const { label, tone, icon: iconName } = shownAs(latest.kind);
  const run = state.runs.get(JSON.stringify([latest.pipelineKey, latest.runKey]));
  const pipeline = state.components.get(`pipeline:${latest.pipelineKey}`);
  return createNotice(
    h("span", { class: "badge", "data-tone": tone }, icon(iconName), label),
    h("p", {}, `${pipeline?.name ?? latest.pipelineKey} › ${run?.name ?? latest.runKey}`),
  );
}

function createRefusal({ latest }) {
  const { status, method, path, error, injected } = latest;
  const excerpt = h("pre");
  const details = h("details", {}, h("summary", {}, "What was sent"), excerpt);
  const notice = createNotice(
    h("span", { class: "badge", "data-tone": injected ? "calm" : "bad" }, `${status}${injected ? " injected" : ""}`),
    h("p", { class: "path" }, `${method} ${path}`),
    h("p", { class: "error-text" }, error),
    details,
  );
  return {
    node: notice.node,
    update(refusal) {
      notice.update(refusal);
      details.hidden = refusal.latest.excerpt === "";
      setText(excerpt, refusal.latest.excerpt);
    },
  };
}

function createNotice(badge, ...content) {
  const when = h("span", { class: "note" });
  const times = h("span", { class: "times" });
  return {
    node: h("li", {}, h("div", { class: "notice-head" }, badge, times, when), ...content),
    update({ count: number, at, now }) {
      setText(times, number > 1 ? `× ${count(number)}` : "");
      setText(when, now - at < 3_600_000 ? ago(Math.max(0, now - at)) : moment(at, now));
    },
  };
}
