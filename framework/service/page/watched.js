import { byId, h, setText, sync } from "./dom.js";
import { plural } from "./format.js";

/** What the sources are watching: a list each. */
export function renderWatched({ watched }) {
  byId("watched-card").hidden = watched.length === 0;
  setText(
    byId("watched-note"),
    plural(
      watched.reduce((sum, { count }) => sum + count, 0),
      "item",
    ),
  );
  sync(byId("watched"), watched, ({ name }) => name, createList);
}

function createList({ name }) {
  const items = h("ul");
  const rest = h("p", { class: "note" });
  return {
    node: h("section", {}, h("h3", {}, name), items, rest),
    update(list) {
      sync(items, list.items, (item) => item.name, createItem);
      const more = list.count - list.items.length;
      setText(rest, more > 0 ? `and ${more} more` : "");
    },
  };
}

function createItem({ name }) {
  const state = h("span", { class: "note" });
  return {
    node: h("li", { class: "setting" }, h("span", {}, name), state),
    update: (item) => setText(state, item.state),
  };
}
