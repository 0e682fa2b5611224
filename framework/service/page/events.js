import { byId, createBadge, h, setText, sync } from "./dom.js";
import { ago } from "./format.js";

const fates = {
  delivered: ["good", "Delivered"],
  refused: ["bad", "Refused"],
  retry: ["warn", "Sent again"],
  held: ["warn", "Held"],
};

byId("events").tabIndex = 0; // it scrolls: the keyboard must reach it

/** The latest answers to events, newest first. */
export function renderEvents({ events, delivery, run }, { nowMs }) {
  byId("events-card").hidden = delivery === null && events.length === 0;
  sync(
    byId("events"),
    events.map((event) => ({ ...event, nowMs })),
    ({ number }) => `${run} ${number}`, // each process counts from 1
    createEvent,
  );
  byId("events").hidden = events.length === 0;
  byId("events-empty").hidden = events.length > 0;
}

function createEvent({ type, lane, fate, status }) {
  const badge = createBadge();
  const [tone, word] = fates[fate] ?? ["calm", fate];
  badge.update(tone, fate === "delivered" ? word : `${word} · ${status ?? "no answer"}`);
  const note = h("p", { class: "note" });
  return {
    node: h("li", { class: "event" }, h("span", { class: "what" }, type), badge.node, note),
    update: ({ atMs, nowMs }) => setText(note, [lane, ago(Math.max(0, nowMs - atMs))].filter(Boolean).join(" · ")),
  };
}
