import { byId, h, setText, sync } from "./dom.js";
import { age, count } from "./format.js";

/** Channels with what they hold, and the runs whose events wait. */
export function renderQueues({ channels, delivery }, { now }) {
  const lanes = (delivery?.lanes ?? []).map((lane) => ({ ...lane, now }));
  sync(
    byId("channels"),
    channels.map((each, index) => ({ ...each, index })),
    ({ index }) => index,
    createChannel,
  );
  sync(byId("lanes"), lanes, ({ lane }) => lane, createLane);
  byId("queues").hidden = channels.length === 0 && delivery === null;
  byId("queues-empty").hidden = lanes.length > 0 || channels.some(({ bufferUsed }) => bufferUsed > 0);
}

function createChannel() {
  const name = h("span");
  const note = h("span", { class: "note" });
  const fill = h("div", { class: "fill" });
  const bar = h("div", { class: "bar", "aria-hidden": "true" }, fill);
  return {
    node: h("li", {}, h("div", { class: "queue-head" }, name, note), bar),
    update({ name: title, bufferUsed, capacity, sendersWaiting }) {
      setText(name, title);
      const of = capacity === null || capacity === 0 ? "" : ` of ${count(capacity)}`;
      setText(
        note,
        `${count(bufferUsed)}${of}${sendersWaiting > 0 ? `, ${count(sendersWaiting)} waiting to send` : ""}`,
      );
      fill.style.width = `${capacity ? Math.min(100, (100 * bufferUsed) / capacity) : 0}%`;
    },
  };
}

function createLane({ lane }) {
  const note = h("span", { class: "note" });
  return {
    node: h("li", { class: "queue-head" }, h("span", {}, lane === "" ? "(no run)" : lane), note),
    update: ({ count: events, oldest, now }) =>
      setText(note, `${count(events)}, oldest ${age(Math.max(0, now - oldest))}`),
  };
}
