import { byId, h, setText, sync } from "./dom.js";
import { plural } from "./format.js";

/** The configuration in force, by section. */
export function renderSettings({ settings }) {
  byId("settings-card").hidden = settings.length === 0;
  setText(byId("settings-note"), `${plural(settings.length, "setting")}, secrets masked`);
  const sections = [...Map.groupBy(settings, ({ section }) => section)];
  sync(byId("settings"), sections, ([section]) => section, createSection);
}

function createSection([section]) {
  const list = h("ul");
  return {
    node: h("section", {}, h("h3", {}, section), list),
    update: ([, settings]) => sync(list, settings, ({ key }) => key, createSetting),
  };
}

function createSetting({ key }) {
  const value = h("span", { class: "mono" });
  const where = h("span", { class: "note" });
  return {
    node: h("li", { class: "setting" }, h("span", {}, key), value, where),
    update(setting) {
      setText(value, setting.value);
      setText(where, setting.where);
    },
  };
}
