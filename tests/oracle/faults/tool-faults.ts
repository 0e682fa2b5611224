import type { Operation } from "effection";
import type { Random } from "../random.ts";
import type { ToolFault, ToolServer } from "../world/tool-server.ts";
import type { PhaseKind } from "./phases.ts";

const KINDS: readonly [ToolFault, ...ToolFault[]] = ["500", "429", "reset", "hang", "half", "slow"];

/**
 * What can be wrong with the tool: with a share of all requests, or from the second one of each poll on, so that a poll
 * has begun well.
 */
export function toolKinds(tool: ToolServer, random: Random): readonly [PhaseKind, ...PhaseKind[]] {
  const whole = KINDS.map((fault) => toKind(`tool: ${fault}`, tool, fault, () => random.chance(0.5)));
  const partial = toKind("tool: fails in the middle of a poll", tool, "500", (path) => {
    return path !== "/runs" && random.chance(0.3);
  });
  return [partial, ...whole];
}

function toKind(what: string, tool: ToolServer, fault: ToolFault, meets: (path: string) => boolean): PhaseKind {
  return {
    what,
    *begin(): Operation<void> {
      tool.fault = (path) => (meets(path) ? fault : undefined);
    },
    *end(): Operation<void> {
      tool.fault = () => undefined;
    },
  };
}
