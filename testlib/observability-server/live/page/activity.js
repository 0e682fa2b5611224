import { h, icon, outsideLink, setAttribute, sync } from "./dom.js";
import { moment, plural } from "./format.js";
import { serverNow } from "./state.js";
import { kinds, shownAs } from "./tones.js";

const maxShown = 150;

/** The newest events in words, with a filter by kind and text. */
export function createActivity(changed) {
  const list = document.getElementById("activity");
  const search = document.getElementById("search");
  const hidden = new Set();
  list.tabIndex = 0; // it scrolls: the keyboard must reach it
  search.addEventListener("input", changed);
  document.getElementById("kinds").append(...kinds.map((kind) => createChip(kind, hidden, changed)));

  return {
    render(state, nowMs) {
      const now = serverNow(state, nowMs);
      const words = search.value.trim().toLowerCase();
      const wanted = state.events.filter(
        (event) => !hidden.has(event.type) && (words === "" || textOf(event).includes(words)),
      );
      const rows = withGaps(wanted.slice(0, maxShown), hidden.size === 0 && words === "");
      sync(
        list,
        rows,
        ({ key }) => key,
        (row) => (row.missing ? createGap(row) : createRow(row.event, now)),
      );
      list.hidden = wanted.length === 0;
      document.getElementById("activity-empty").hidden = wanted.length > 0;
    },
  };
}

function createChip({ type, label }, hidden, changed) {
  const chip = h(
    "button",
    {
      class: "chip",
      type: "button",
      "aria-pressed": "true",
      onclick: () => {
        if (!hidden.delete(type)) hidden.add(type);
        setAttribute(chip, "aria-pressed", !hidden.has(type));
        changed();
      },
    },
    icon(type),
    label,
  );
  return chip;
}

const textOf = ({ text, where, level, details }) =>
  [text, where, level, details].filter(Boolean).join(" ").toLowerCase();

/** Rows for the events, and one for each stretch that came too fast to be shown. */
function withGaps(events, everyKind) {
  return events.flatMap((event, index) => {
    const older = events[index + 1];
    const missing = everyKind && older ? event.sequence - older.sequence - 1 : 0;
    const row = { key: String(event.sequence), event };
    return missing > 0 ? [row, { key: `gap ${older.sequence}`, missing }] : [row];
  });
}

const createGap = ({ missing }) => ({
  node: h("li", { class: "gap" }, `${plural(missing, "event")} more, too fast to show`),
  update() {},
});

// An event never changes, so its row is built once.
function createRow(event, now) {
  const { type, level, text, where, details, url, receivedAt } = event;
  const { label, tone, icon: iconName } = shownAs(level ?? "");
  const badge = level
    ? [h("span", { class: "badge plain", "data-tone": tone }, ...(iconName ? [icon(iconName)] : []), label)]
    : [];
  const link = outsideLink(url, "Open in its tool");
  const node = h(
    "li",
    { class: "entry", "data-tone": tone },
    h("time", { datetime: new Date(receivedAt).toISOString() }, moment(receivedAt, now)),
    h("span", { class: "kind", title: type }, icon(type), h("span", { class: "sr" }, type)),
    h(
      "div",
      { class: "entry-body" },
      h(
        "div",
        { class: "entry-line" },
        h("p", { class: "entry-text" }, ...badge, text),
        h("p", { class: "note where" }, where, ...(link ? [link] : [])),
      ),
      ...(details ? [h("details", {}, h("summary", {}, "Details"), h("pre", {}, details))] : []),
    ),
  );
  return { node, update() {} };
}
