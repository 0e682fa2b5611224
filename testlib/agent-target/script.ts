import { createRandom } from "./random.ts";
import { type Moment, tellStory } from "./story.ts";
import { type StoryOptions, toStorySettings } from "./story-options.ts";

const nonsense: readonly [string, ...string[]] = [
  "not json",
  "[1,2]",
  "null",
  "",
  '{"status":"RUNNING"}',
  '{"pipeline_key":"half_a_message","run_key":"1","stat',
  '{"pipeline_key":"nightly_orders_load","run_key":"1","status":"EXPLODED"}',
  '{"pipeline_key":"","run_key":"1","status":"RUNNING"}',
  '{"pipeline_key":"nightly_orders_load","run_key":"1","status":"RUNNING","event_timestamp":"yesterday"}',
];

/** A text message and when it is due. `moment` is the part of the story it tells; malformed ones tell none. */
export interface ScriptLine {
  readonly atMs: number;
  readonly text: string;
  readonly moment?: Moment;
}

/** The story as text messages, with malformed ones strewn in at the rate asked for. As pure as `tellStory`. */
export function* tellScript(options: StoryOptions = {}, startedAt = 0): Generator<ScriptLine, never> {
  const { seed, malformedRate } = toStorySettings(options);
  const random = createRandom(seed, -1); // of its own: the story stays the same at any rate
  const story = tellStory(options, startedAt);
  while (true) {
    const moment = story.next().value;
    yield { atMs: moment.atMs, text: JSON.stringify(moment.message), moment };
    if (random.chance(malformedRate)) yield { atMs: moment.atMs, text: random.pick(nonsense) };
  }
}
