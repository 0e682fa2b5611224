import type { TargetMessage } from "./message.ts";
import { type PipelinePlan, planPipelines } from "./pipelines.ts";
import { createRandom, type Random } from "./random.ts";
import { planRun, type RunStep } from "./run.ts";
import { type StoryOptions, toStorySettings } from "./story-options.ts";

/** A message and when it is due, in milliseconds from the start of the story (already sped up). */
export interface Moment {
  readonly atMs: number;
  readonly message: TargetMessage;
}

const firstRunWithinSeconds = 30;

/**
 * Tells what happens in all pipelines, without end, in order of time. Pure: the same options give the same moments, and
 * more pipelines do not change what happens in the first ones.
 * @param startedAt what timestamps and run keys count from, epoch ms. Give each story its own: to whoever has seen the
 * first, the runs of a second one with the same start are the same runs over again
 * @throws {AgentError} `E_STORY_OPTION`
 */
export function* tellStory(options: StoryOptions = {}, startedAt = 0): Generator<Moment, never> {
  const { speed, seed, pipelines } = toStorySettings(options);
  const tellers = planPipelines(pipelines).map(
    (plan, index) => new PipelineTeller(plan, createRandom(seed, index), speed, startedAt),
  );
  let pending: readonly Moment[] = [];
  while (true) {
    const next = tellers.reduce((first, teller) => (teller.nextRunAtMs < first.nextRunAtMs ? teller : first));
    const due = pending.findIndex(({ atMs }) => atMs >= next.nextRunAtMs);
    const told = due === -1 ? pending.length : due;
    yield* pending.slice(0, told); // nothing that is still to be planned comes before these
    // A stable sort: moments of one run with equal times keep their order.
    pending = [...pending.slice(told), ...next.tellRun()].sort((one, other) => one.atMs - other.atMs);
  }
}

/** Starts the runs of one pipeline, one after the other. */
class PipelineTeller {
  nextRunAtMs: number;
  #runs = 0;
  readonly #plan: PipelinePlan;
  readonly #random: Random;
  readonly #speed: number;
  readonly #startedAt: number;

  constructor(plan: PipelinePlan, random: Random, speed: number, startedAt: number) {
    this.#plan = plan;
    this.#random = random;
    this.#speed = speed;
    this.#startedAt = startedAt;
    this.nextRunAtMs = this.#spedUp(random.between(0, firstRunWithinSeconds * 1_000));
  }

  tellRun(): readonly Moment[] {
    const startMs = this.nextRunAtMs;
    const number = ++this.#runs;
    this.nextRunAtMs += Math.max(1, this.#spedUp(this.#plan.everySeconds * this.#random.between(800, 1_200)));
    return planRun(this.#plan, this.#random).map((step) => {
      const atMs = startMs + this.#spedUp(step.at);
      return { atMs, message: this.#toMessage(step, atMs, startMs, number) };
    });
  }

  #toMessage(step: RunStep, atMs: number, startMs: number, number: number): TargetMessage {
    const { key, name, tool, region, trigger } = this.#plan;
    return {
      pipeline_key: key,
      pipeline_name: name,
      run_key: `${trigger}__${this.#timestamp(startMs)}`,
      run_name: `Run ${number}`,
      ...(step.task && { task_key: step.task.key, task_name: step.task.name }),
      status: step.status,
      event_timestamp: this.#timestamp(atMs),
      component_tool: tool,
      region, // unknown to the API from here on
      ...(step.attempt !== undefined && step.attempt > 1 && { attempt: step.attempt }),
      ...(step.rows !== undefined && { rows: step.rows }),
    };
  }

  #spedUp(ms: number): number {
    return Math.round(ms / this.#speed);
  }

  #timestamp(atMs: number): string {
    return new Date(this.#startedAt + atMs).toISOString();
  }
}
