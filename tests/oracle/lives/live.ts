import { type Operation, sleep, spawn } from "effection";
import { moveOnAfter, settle } from "../../../framework/core/index.ts";
import { type AgentExit, type AgentProcess, type LogLine, useAgentProcess } from "../../../testlib/index.ts";
import { AgentError } from "../../../toolkit/index.ts";
import type { Life } from "../checker/history.ts";
import { type LifePlan, POINT_PATIENCE_MS } from "./life-plan.ts";

export interface LiveOptions {
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** With `undefined` once it is gone. */
  onProcess(pid: number | undefined): void;
  onLine(line: LogLine): void;
}

/** What a life does until it is over, and who ends it. Returns when nothing more is to be done to the process. */
export type Course = (agent: AgentProcess) => Operation<string>;

/** Starts the agent, and waits until it is gone. */
export function* live(number: number, course: Course, options: LiveOptions): Operation<Life> {
  const startedAtMs = Date.now();
  let how = "";
  let gaveUp = false;
  let exit: AgentExit | undefined;
  const outcome = yield* settle(function* () {
    const { entry, env } = options;
    const onLine = (line: LogLine) => {
      if (line.text.startsWith("oracle: ")) how = line.text.slice("oracle: ".length);
      if (line.text.includes("the agent is halted")) gaveUp = true;
      options.onLine(line);
    };
    const agent = yield* useAgentProcess({ entry, env, onLine, deadlineMs: Number.POSITIVE_INFINITY });
    options.onProcess(agent.pid);
    const byWhom = yield* course(agent);
    exit = yield* agent.exited;
    how ||= byWhom;
  });
  options.onProcess(undefined);
  if (!outcome.ok) throw outcome.error;
  return { number, startedAtMs, endedAtMs: Date.now(), ...describeEnd(exit, how), gaveUp };
}

function describeEnd(exit: AgentExit | undefined, how: string): Pick<Life, "end" | "how"> {
  if (exit?.signal === "SIGKILL") return { end: "killed", how };
  if (exit?.signal === "SIGTERM") return { end: "killed", how: `${how}, before it listened` };
  if (exit?.code === 0 && how.startsWith("SIGTERM")) return { end: "stopped", how };
  return { end: "died", how: `${exit?.signal ?? `exit code ${exit?.code}`} (${how})` };
}

/** As planned: clock jumps on the way, and the end. */
export function planned({ end, jumps }: LifePlan, onJump: (clockMs: number) => void): Course {
  return function* (agent) {
    if (end.kind === "killed while it starts") yield* moveOnAfter(end.afterMs, () => agent.exited);
    else yield* untilUp(agent);
    const jumping = yield* spawn(function* () {
      for (const { afterMs, clockMs } of jumps) {
        yield* sleep(afterMs);
        agent.signal("SIGUSR2");
        onJump(clockMs);
      }
    });
    const how = yield* endOf(agent, end);
    yield* jumping.halt();
    return how;
  };
}

/** From its first line of log on, it takes signals for what they are here, and does not die of them. */
function* untilUp(agent: AgentProcess): Operation<void> {
  const outcome = yield* settle(() => agent.untilLog(({ record }) => record !== undefined));
  const hasEnded = !outcome.ok && outcome.error instanceof AgentError && outcome.error.code === "E_AGENT_EXITED";
  if (!outcome.ok && !hasEnded) throw outcome.error;
}

function* endOf(agent: AgentProcess, end: LifePlan["end"]): Operation<string> {
  switch (end.kind) {
    case "killed while it starts":
      return yield* killAfter(agent, 0, "SIGKILL while it starts");
    case "killed":
      return yield* killAfter(agent, end.afterMs, `SIGKILL after ${end.afterMs} ms`);
    case "at a point":
      return yield* killAfter(agent, POINT_PATIENCE_MS, `SIGKILL after waiting in vain for ${end.point}`);
    case "stopped": {
      yield* moveOnAfter(end.afterMs, () => agent.exited);
      agent.signal("SIGTERM");
      const how = `SIGTERM after ${end.afterMs} ms`;
      return yield* killAfter(agent, end.graceMs, how);
    }
  }
}

function* killAfter(agent: AgentProcess, afterMs: number, how: string): Operation<string> {
  yield* moveOnAfter(afterMs, () => agent.exited);
  agent.signal("SIGKILL"); // does nothing once it has ended
  return how;
}
