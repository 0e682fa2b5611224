import { byId, createBadge, h, setAttribute, setText, sync } from "./dom.js";
import { age, ago, count, duration, plural } from "./format.js";

const states = {
  waiting: ["good", "On schedule"],
  running: ["busy", "Running"],
  receiving: ["good", "Receiving"],
  connected: ["good", "Connected"],
  connecting: ["warn", "Connecting"],
  failing: ["warn", "Failing"],
  late: ["bad", "Late"],
  ended: ["calm", "Ended"],
};

/** The agent's tree: nursery children as headings, the loops in them below. */
export function renderWork({ loops }, clocks) {
  const groups = new Map();
  for (const loop of loops) {
    const title = loop.path.join(" › ");
    groups.set(title, [...(groups.get(title) ?? []), { ...loop, clocks }]);
  }
  const byPlace = [...groups].sort(([a], [b]) => a.localeCompare(b)); // so that what is inside comes after what it is in
  sync(byId("groups"), byPlace, ([title]) => title, createGroup);
  byId("work-empty").hidden = loops.length > 0;
  setText(byId("work-note"), summary(loops));
}

function summary(loops) {
  const bad = loops.filter(({ state }) => state === "late" || state === "failing" || state === "connecting").length;
  const running = loops.filter(({ state }) => state !== "ended").length;
  return running === 0 ? "" : `${plural(running, "loop")}${bad > 0 ? `, ${bad} in trouble` : ", all well"}`;
}

function createGroup([title, [{ path }]]) {
  const depth = path.length;
  const list = h("ul");
  return {
    node: h(
      "section",
      { class: "group", "data-depth": Math.min(3, depth) },
      ...(title === "" ? [] : [h("h3", {}, title)]),
      list,
    ),
    update: ([, loops]) => sync(list, loops, ({ id }) => id, createLoop),
  };
}

function createLoop({ name }) {
  const badge = createBadge();
  const notes = h("p", { class: "note" });
  const error = h("p", { class: "error" });
  const node = h("li", { class: "loop" }, h("span", { class: "name" }, ...breakable(name)), badge.node, notes, error);
  return {
    node,
    update(loop) {
      const [tone, word] = states[loop.state] ?? ["calm", loop.state];
      badge.update(tone, word);
      setAttribute(node, "data-tone", tone);
      setText(notes, notesOf(loop).join(" · "));
      error.hidden = loop.lastError === undefined;
      const isPast = loop.failuresInARow === 0 && (tone === "good" || tone === "busy");
      setAttribute(error, "data-tone", isPast ? "calm" : "bad");
      setText(error, errorText(loop, isPast));
    },
  };
}

/** May be broken after a dot or an underscore. */
function breakable(name) {
  return name.split(/(?<=[._])/).flatMap((part) => [part, h("wbr")]);
}

function notesOf({
  state,
  periodMs,
  runningSinceMs,
  nextAtMs,
  lastSuccessAtMs,
  connectionSinceMs,
  successes,
  failures,
  clocks: { nowMs },
}) {
  const since = (atMs) => Math.max(0, nowMs - atMs);
  const notes = [];
  if (periodMs !== undefined && connectionSinceMs === undefined) notes.push(`every ${duration(periodMs)}`);
  if (connectionSinceMs !== undefined) {
    notes.push(
      state === "connected"
        ? `connected for ${age(since(connectionSinceMs))}`
        : `no connection for ${age(since(connectionSinceMs))}`,
    );
  }
  if (runningSinceMs !== undefined) notes.push(`running for ${age(since(runningSinceMs))}`);
  if (lastSuccessAtMs !== undefined) notes.push(`last success ${ago(since(lastSuccessAtMs))}`);
  else if (state !== "ended") notes.push("no success yet");
  if (nextAtMs !== undefined) notes.push(nextAtMs > nowMs ? `next in ${age(nextAtMs - nowMs + 999)}` : "next now");
  notes.push(`${count(successes)} done${failures > 0 ? `, ${count(failures)} failed` : ""}`);
  return notes;
}

function errorText({ lastError, failuresInARow, clocks: { nowMs } }, isPast) {
  if (lastError === undefined) return "";
  const times = failuresInARow > 1 ? ` (${count(failuresInARow)} times in a row)` : "";
  const when = ago(Math.max(0, nowMs - lastError.atMs));
  return `${isPast ? "Last error" : "Error"} ${when}${times}: ${lastError.message}${lastError.code ? ` [${lastError.code}]` : ""}`;
}
