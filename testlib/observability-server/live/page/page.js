import { createActivity } from "./activity.js";
import { renderAgents } from "./agents.js";
import { h, setAttribute, setText } from "./dom.js";
import { renderMeasures } from "./measures.js";
import { renderNotices } from "./notices.js";
import { ranges } from "./scale.js";
import { applyUpdate, createState, sampleRate } from "./state.js";
import { createTimeline } from "./timeline.js";
import { renderTotals } from "./totals.js";

const state = createState();
const timeline = createTimeline();
const activity = createActivity(changed);
let range = ranges[0];
let paused = false;
let scheduled = false;
let restUntil = 0;

/**
 * Draws once in the next frame, however much changes until then. After a drawing that took long it waits longer, so that
 * three quarters of the time are left for scrolling and typing.
 */
function changed() {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => requestAnimationFrame(draw), restUntil - performance.now());
}

function draw() {
  const started = performance.now();
  scheduled = false;
  render(Date.now());
  restUntil = started + 4 * (performance.now() - started);
}

function render(now) {
  renderTotals(state);
  renderAgents(state, now);
  renderNotices(state, now);
  timeline.render(state, range.ms, now, changed);
  activity.render(state, now);
  renderMeasures(state);
  renderWelcome();
}

function renderWelcome() {
  const url = location.origin + state.basePath;
  setText(document.getElementById("api-url"), url);
  setText(
    document.getElementById("welcome-settings"),
    `DK_OBSERVABILITY_BASE_URL=${url}\nDK_OBSERVABILITY_SERVICE_ACCOUNT_KEY=…`,
  );
  document.getElementById("welcome").hidden = state.totals.requests > 0;
}

function connect() {
  const connection = document.getElementById("connection");
  const show = (stateName, text) => {
    setAttribute(connection, "data-state", stateName);
    setText(connection, text);
  };
  const source = new EventSource("page/live");
  source.onopen = () => show("live", "Live");
  source.onerror = () => show("lost", "Connection lost, retrying…");
  source.onmessage = ({ data }) => {
    applyUpdate(state, JSON.parse(data), Date.now());
    if (!paused) changed();
  };
}

function bindControls() {
  const pause = document.getElementById("pause");
  pause.addEventListener("click", () => {
    paused = !paused;
    setAttribute(pause, "aria-pressed", paused);
    setText(pause.lastElementChild, paused ? "Resume" : "Pause");
    if (!paused) changed();
  });
  document.getElementById("ranges").append(
    ...ranges.map((each) =>
      h(
        "button",
        {
          type: "button",
          "aria-pressed": each === range,
          onclick: ({ currentTarget }) => {
            range = each;
            for (const button of currentTarget.parentElement.querySelectorAll("button"))
              setAttribute(button, "aria-pressed", button === currentTarget);
            changed();
          },
        },
        each.label,
      ),
    ),
  );
  addEventListener("resize", changed);
}

bindControls();
connect();
// Ages, running bars and the rate move on without events.
setInterval(() => {
  sampleRate(state, Date.now());
  if (!paused) changed();
}, 1_000);
