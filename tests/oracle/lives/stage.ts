import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Operation, sleep } from "effection";
import type { ObservabilityServer } from "../../../testlib/index.ts";
import type { Life } from "../checker/history.ts";
import { agentEnvironment, preloadEnvironment } from "../environment.ts";
import type { SmallDisk } from "../faults/disk.ts";
import type { Journal } from "../faults/journal.ts";
import type { Recorder } from "../recorder.ts";
import type { OracleSource } from "../sources/source.ts";
import type { AgentLog } from "./agent-log.ts";
import { type LifePlan, planLives } from "./life-plan.ts";
import { type Course, live, planned } from "./live.ts";

export interface StageParts {
  readonly seed: number;
  readonly source: OracleSource;
  readonly server: ObservabilityServer;
  readonly recorder: Recorder;
  readonly disk: SmallDisk;
  readonly journal: Journal;
  readonly log: AgentLog;
  /** For what is not the agent's. */
  readonly files: string;
  readonly onLife: (life: Life) => void;
}

/** How long the agent may take for what is left when all is well again. */
const PATIENCE_MS = 60_000;
/** What must not come any more has so long to come. */
const LISTEN_MS = 500;

/** One agent with one state, one life after the other. */
export class Stage {
  readonly lives: Life[] = [];
  readonly stateDirectory: string;
  readonly #parts: StageParts;
  readonly #plans: Generator<LifePlan, never>;

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.stateDirectory = join(parts.disk.directory, "state");
    mkdirSync(this.stateDirectory);
    this.#plans = planLives(parts.seed, parts.source);
  }

  /** Lives as the seed has planned them. */
  *liveUntil(untilMs: number): Operation<void> {
    const { journal } = this.#parts;
    while (Date.now() < untilMs) {
      const plan = this.#plans.next().value;
      const course = planned(plan, (clockMs) => journal.note(`agent: clock set to ${clockMs / 3_600_000} h`));
      const { how } = yield* this.#live(plan, course);
      journal.note(`agent: ${how.replace(/\d+ ms/, "some ms")}`);
      yield* sleep(Math.max(0, Math.min(plan.downtimeMs, untilMs - Date.now())));
    }
  }

  /** One life with nothing going wrong: until all that is obliged has come, or it takes too long. */
  *liveToTheEnd(): Operation<void> {
    const { recorder, source } = this.#parts;
    const untilMs = Date.now() + PATIENCE_MS;
    const isComplete = source.awaitRest(recorder.keys);
    const { number, clockMs } = this.#plans.next().value;
    const end = { kind: "killed", afterMs: Number.POSITIVE_INFINITY } as const;
    yield* this.#live({ number, clockMs, end, jumps: [], downtimeMs: 0 }, function* (agent) {
      while (!isComplete() && Date.now() < untilMs) yield* sleep(50);
      yield* sleep(LISTEN_MS);
      agent.signal("SIGTERM");
      return "SIGTERM at the end";
    });
  }

  *#live(plan: LifePlan, course: Course): Operation<Life> {
    const { source, server, disk, recorder, files, log, onLife } = this.#parts;
    const answers = join(files, `answers-${plan.number}`);
    const settings = { server, stateDirectory: this.stateDirectory, compileCache: join(files, "compiled") };
    const life = yield* live(plan.number, course, {
      entry: source.entry,
      env: { ...agentEnvironment(plan.number, settings), ...source.env, ...preloadEnvironment(plan, answers) },
      onProcess: (pid) => disk.usedBy(pid),
      onLine: (line) => log.add(plan.number, line),
    });
    this.lives.push(life);
    recorder.settle(plan.number, answers);
    onLife(life);
    return life;
  }
}
