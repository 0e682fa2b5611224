import { elapsedMs, Ids, type When, type Workspace } from "../workspace/index.ts";
import { planJobs } from "./catalogue.ts";
import { createDice } from "./dice.ts";
import { type DatabricksStoryOptions, toStorySettings } from "./story-options.ts";
import { JobTeller } from "./teller.ts";

/** Its ids are its own: what a test starts besides does not change them. */
const idOffset = 100_000_000_000_000_000n;

/**
 * Lets made-up jobs run, without end and without a timer: whoever looks calls `catchUp` first. The same options and the
 * same start give the same story, however often somebody looks.
 */
export class Story {
  readonly #workspace: Workspace;
  readonly #tellers: readonly JobTeller[];
  readonly #maxRuns: number;
  readonly #speed: number;
  readonly #begunMs = elapsedMs();

  /**
   * @param maxRuns the oldest ended runs are forgotten when there are more
   * @throws {AgentError} `E_STORY_OPTION`
   */
  constructor(workspace: Workspace, options: DatabricksStoryOptions, maxRuns: number) {
    const { speed, seed, jobs, pastMinutes } = toStorySettings(options);
    this.#workspace = workspace;
    this.#maxRuns = maxRuns;
    this.#speed = speed;
    const begunAt = workspace.clock.now();
    const ids = new Ids(begunAt, idOffset);
    const dice = createDice(seed);
    const when = (ms: number): When => {
      const afterMs = Math.round(ms / speed);
      return { effectiveMs: this.#begunMs + afterMs, at: Math.max(1, begunAt + afterMs) };
    };
    const fromMs = -Math.min(pastMinutes * 60_000, begunAt * speed);
    this.#tellers = planJobs(jobs).map((plan) => new JobTeller({ plan, workspace, ids, dice, when }, fromMs));
  }

  catchUp(): void {
    const untilMs = (elapsedMs() - this.#begunMs) * this.#speed;
    for (let told = 1; ; told++) {
      const next = this.#tellers.reduce((first, teller) => (teller.nextRunMs < first.nextRunMs ? teller : first));
      if (next.nextRunMs > untilMs) return;
      next.tellRun();
      if (told % 100 === 0 || this.#workspace.runs.length > this.#maxRuns * 1.25)
        this.#workspace.keepNewest(this.#maxRuns);
    }
  }
}
