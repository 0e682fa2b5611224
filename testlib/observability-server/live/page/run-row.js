import { h, icon, outsideLink, setAttribute, setStyle, setText, sync } from "./dom.js";
import { duration, moment, plural } from "./format.js";
import { placeOn } from "./scale.js";
import { shownAs } from "./tones.js";

/** A run's bar with its tasks beneath; the newest run of a pipeline starts opened. */
export function createRun({ newest }, changed) {
  let opened = newest;
  const toggle = h(
    "button",
    {
      class: "toggle",
      type: "button",
      onclick: () => {
        opened = !opened;
        changed();
      },
    },
    icon("chevron"),
    h("span", { class: "sr" }, "Tasks"),
  );
  const row = createRow(toggle);
  const tasks = h("ol", { class: "tasks" });
  let url;
  return {
    node: h("li", { class: "run" }, row.node, tasks),
    update({ run, scale, now }) {
      toggle.hidden = run.tasks.length === 0;
      setAttribute(toggle, "aria-expanded", opened);
      if (run.url !== url) row.link(outsideLink(run.url, `Open run ${run.name ?? run.key} in its tool`));
      url = run.url;
      row.update({ name: run.name ?? run.key, state: run.state, scale, now, notes: notesOf(run.tallies) });
      tasks.hidden = !opened || run.tasks.length === 0;
      const shown = tasks.hidden ? [] : run.tasks.toSorted((a, b) => a.state.startMs - b.state.startMs);
      sync(
        tasks,
        shown.map((task) => ({ task, scale, now })),
        ({ task }) => task.key,
        createTask,
      );
    },
  };
}

function createTask() {
  const row = createRow();
  return {
    node: h("li", {}, row.node),
    update: ({ task, scale, now }) =>
      row.update({ name: task.name ?? task.key, state: task.state, scale, now, notes: "" }),
  };
}

/** Name, bar on the axis, status in words. */
function createRow(...before) {
  const name = h("span", { class: "name" });
  const started = h("span", { class: "note started" });
  const bar = h("div", { class: "bar" });
  const badge = h("span", { class: "badge plain" });
  const took = h("span", { class: "took" });
  const notes = h("span", { class: "note notes" });
  const label = h("div", { class: "row-label" }, ...before, h("div", { class: "names" }, name, started));
  return {
    node: h(
      "div",
      { class: "row" },
      label,
      h("div", { class: "track", "aria-hidden": "true" }, bar),
      h("div", { class: "row-status" }, badge, took, notes),
    ),
    link: (link) => {
      label.querySelector(".outside")?.remove();
      if (link) label.append(link);
    },
    update({ name: text, state, scale, now, notes: notesText }) {
      const { label: word, tone, icon: iconName } = shownAs(state.status);
      setText(name, text);
      setAttribute(name, "title", text);
      setText(started, moment(state.startMs, now));
      if (badge.dataset.status !== state.status) badge.replaceChildren(icon(iconName), word);
      badge.dataset.status = state.status;
      for (const element of [bar, badge]) setAttribute(element, "data-tone", tone);
      const ms = (state.endMs ?? Math.max(now, state.startMs)) - state.startMs;
      setText(took, duration(state.endMs === undefined ? Math.floor(ms / 1_000) * 1_000 : ms));
      setText(notes, notesText);
      place(bar, placeOn(scale, state, now), `${word}, from ${moment(state.startMs, now)}, ${duration(ms)}`);
    },
  };
}

function place(bar, position, title) {
  bar.hidden = position === undefined;
  if (position === undefined) return;
  setStyle(bar, "left", `${position.left.toFixed(3)}%`);
  setStyle(bar, "width", `${position.width.toFixed(3)}%`);
  setAttribute(bar, "title", title);
}

function notesOf({ messages, tests }) {
  const total = tests.PASSED + tests.WARNING + tests.FAILED;
  return [
    messages.ERROR > 0 && plural(messages.ERROR, "error"),
    messages.WARNING > 0 && plural(messages.WARNING, "warning"),
    total > 0 && `${tests.PASSED}/${total} tests passed`,
  ]
    .filter(Boolean)
    .join(" · ");
}
