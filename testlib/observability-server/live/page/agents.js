import { h, icon, setAttribute, setText, sync } from "./dom.js";
import { ago, plural } from "./format.js";
import { agentStatus, serverNow } from "./state.js";
import { shownAs } from "./tones.js";

export function renderAgents(state, nowMs) {
  const now = serverNow(state, nowMs);
  const agents = [...state.agents.values()]
    .map((agent) => ({
      ...agent,
      age: now - agent.lastHeartbeatAt,
      now,
      status: agentStatus(agent, state.agentAges, now),
    }))
    .sort((a, b) => a.key.localeCompare(b.key) || a.tool.localeCompare(b.tool));
  sync(document.getElementById("agents"), agents, ({ key, tool }) => JSON.stringify([key, tool]), createAgent);
  document.getElementById("agents-section").hidden = agents.length === 0;
  const online = agents.filter(({ status }) => status === "ONLINE").length;
  setText(document.getElementById("agents-note"), `${online} of ${plural(agents.length, "agent")} online`);
}

function createAgent({ key, tool }) {
  const badge = h("span", { class: "badge" });
  const heartbeat = h("dd");
  const lastEvent = h("dd");
  const version = h("span", { class: "note" });
  const node = h(
    "li",
    { class: "card agent" },
    h("div", { class: "agent-head" }, h("h3", {}, key || "(empty key)"), badge),
    h("p", { class: "note" }, tool || "(empty tool)", version),
    h("dl", {}, h("div", {}, h("dt", {}, "Heartbeat"), heartbeat), h("div", {}, h("dt", {}, "Last event"), lastEvent)),
  );
  return {
    node,
    update({ status, version: newVersion, age, latestEventTimestamp, now }) {
      const { label, tone, icon: iconName } = shownAs(status);
      if (badge.dataset.status !== status) badge.replaceChildren(icon(iconName), label);
      badge.dataset.status = status;
      setAttribute(badge, "data-tone", tone);
      setAttribute(node, "data-tone", tone);
      setText(version, newVersion ? ` · ${newVersion}` : "");
      setText(heartbeat, ago(Math.max(0, age)));
      setText(
        lastEvent,
        latestEventTimestamp === null ? "none yet" : ago(Math.max(0, now - Date.parse(latestEventTimestamp))),
      );
    },
  };
}
