import { byId, createBadge, h, setAttribute, setText, sync } from "./dom.js";
import { ago, count, moment, plural } from "./format.js";

const sureMs = 5_000;

/** Dead letters, with buttons to queue them again where the agent allows that. */
export function renderLetters({ delivery, deadLetters }, { now }) {
  byId("letters-card").hidden = delivery === null;
  const { list, isCut, replayEnabled } = deadLetters;
  sync(
    byId("letters"),
    list.map((letter) => ({ ...letter, now, replayEnabled })),
    ({ id, refusedAt }) => `${id} ${refusedAt}`, // ids begin anew with each process that has no disk
    createLetter,
  );
  byId("letters-empty").hidden = list.length > 0;
  byId("replay-all").hidden = !replayEnabled || list.length === 0;
  setText(byId("letters-note"), isCut ? `The latest ${list.length}.` : list.length > 0 ? count(list.length) : "");
}

/** To be called once. */
export function bindReplayAll() {
  const button = byId("replay-all");
  let sureUntil = 0;
  button.addEventListener("click", () => {
    if (performance.now() < sureUntil) {
      sureUntil = 0;
      show(false);
      return replay("all", button);
    }
    sureUntil = performance.now() + sureMs;
    show(true);
    setTimeout(() => performance.now() >= sureUntil && show(false), sureMs + 50);
  });
  function show(isSure) {
    setText(button, isSure ? "Replay all? Press again" : "Replay all");
    setAttribute(button, "data-sure", isSure);
  }
}

function createLetter({ id, type, lane, status, answer, body, refusedAt }) {
  const badge = createBadge();
  badge.update("bad", String(status));
  const when = h("time", { class: "note", datetime: new Date(refusedAt).toISOString(), title: moment(refusedAt) });
  const button = h("button", { class: "button", type: "button" }, "Replay");
  setAttribute(button, "aria-label", `Replay ${type} of ${lane}`);
  button.addEventListener("click", () => replay([id], button));
  const head = h(
    "div",
    { class: "letter-head" },
    badge.node,
    h("span", {}, type),
    h("span", { class: "note" }, lane),
    when,
  );
  const details = h("details", {}, h("summary", {}, "The event"), h("pre", { tabindex: "0" }, body));
  return {
    node: h("li", { class: "letter" }, head, button, h("p", { class: "answer" }, answer), details),
    update({ now, replayEnabled }) {
      button.hidden = !replayEnabled;
      setText(when, ago(Math.max(0, now - refusedAt)));
    },
  };
}

async function replay(ids, button) {
  button.disabled = true;
  const said = byId("replay-said");
  try {
    const answer = await fetch("dead-letters/replay", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ids }),
    });
    const { replayed, error } = await answer.json();
    setText(said, answer.ok ? `${plural(replayed, "event")} queued again.` : error);
  } catch {
    setText(said, "The agent cannot be reached; nothing was replayed.");
  }
  button.disabled = false;
}
