import { createHeader } from "./agent.js";
import { byId, setAttribute, setText } from "./dom.js";
import { renderEvents } from "./events.js";
import { bindReplayAll, renderLetters } from "./letters.js";
import { renderQueues } from "./queues.js";
import { renderSettings } from "./settings.js";
import { applyMessage, clocksAt, createState } from "./state.js";
import { renderTiles } from "./tiles.js";
import { renderWatched } from "./watched.js";
import { renderWork } from "./work.js";

const retryMs = 5_000;

const state = createState();
const header = createHeader();
let scheduled = false;

/** Draws once in the next frame, however much changes until then; not at all while nobody can see it. */
function changed() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    const clocks = clocksAt(state, performance.now());
    header.render(state, clocks);
    renderTiles(state, clocks);
    renderWork(state, clocks);
    renderQueues(state, clocks);
    renderEvents(state, clocks);
    renderWatched(state);
    renderLetters(state, clocks);
    renderSettings(state);
  });
}

function showConnection(name, text) {
  setAttribute(byId("connection"), "data-state", name);
  setText(byId("connection"), text);
}

function connect() {
  const source = new EventSource("live");
  source.onopen = () => showConnection("live", "Live");
  source.onmessage = ({ data }) => {
    applyMessage(state, JSON.parse(data), performance.now());
    changed();
  };
  source.onerror = () => {
    showConnection("lost", "Connection lost, trying again…");
    if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
    setTimeout(connect, retryMs);
  };
}

bindReplayAll();
connect();
setInterval(changed, 1_000); // ages move on
