import { byId, createBadge, h, setAttribute, setText, sync } from "./dom.js";
import { age } from "./format.js";

const states = {
  ready: ["good", "Ready"],
  "not-ready": ["bad", "Not ready"],
  stopping: ["calm", "Stopping"],
};

/** The header: who this is, and whether it is ready; and why not. */
export function createHeader() {
  const badge = createBadge("readiness");
  byId("readiness").replaceWith(badge.node);
  badge.node.id = "readiness";
  setAttribute(badge.node, "role", "status");
  badge.node.hidden = true;
  return {
    render({ agent }, { nowMs }) {
      if (agent === undefined) return;
      const [tone, word] = states[agent.state] ?? ["calm", agent.state];
      badge.update(tone, word);
      badge.node.hidden = false;
      setText(byId("agent-key"), agent.key);
      const runs = `up ${age(Math.max(0, nowMs - agent.startedAtMs))}`;
      setText(byId("agent-facts"), [agent.type, agent.version, `Node ${agent.node.slice(1)}`, runs].join(" · "));
      document.title = agent.state === "ready" ? agent.key : `${word}: ${agent.key}`;
      byId("trouble").hidden = agent.reasons.length === 0;
      setAttribute(byId("trouble"), "data-tone", tone);
      const reasons = agent.reasons.map((each, index) => ({ ...each, key: `${index} ${each.subject}` }));
      sync(byId("reasons"), reasons, ({ key }) => key, createReason);
    },
  };
}

function createReason({ subject }) {
  const reason = h("span");
  return { node: h("li", {}, h("b", {}, subject), " – ", reason), update: (each) => setText(reason, each.reason) };
}
