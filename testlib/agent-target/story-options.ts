import { AgentError } from "../../toolkit/index.ts";
import { catalogueSize } from "./pipelines.ts";

export interface StoryOptions {
  /** Time factor, 0.01 to 1,000. At 1, the default, runs take one to a few minutes. */
  readonly speed?: number;
  /** Same seed, same story. A whole number, 0 or more; default 1. */
  readonly seed?: number;
  /** How many pipelines take part, 1 to 1,000; default all 6. Past that they repeat under numbered names. */
  readonly pipelines?: number;
  /** Malformed messages for each good one, 0 (the default) to 1. They come on top: no good one is left out. */
  readonly malformedRate?: number;
}

interface Bound {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const bounds: Readonly<Record<keyof StoryOptions, Bound>> = {
  speed: { default: 1, min: 0.01, max: 1_000, whole: false },
  seed: { default: 1, min: 0, max: 2 ** 32 - 1, whole: true },
  pipelines: { default: catalogueSize, min: 1, max: 1_000, whole: true },
  malformedRate: { default: 0, min: 0, max: 1, whole: false },
};

/**
 * The options with their defaults filled in.
 * @throws {AgentError} `E_STORY_OPTION`
 */
export function toStorySettings(options: StoryOptions): Required<StoryOptions> {
  return {
    speed: checked("speed", options),
    seed: checked("seed", options),
    pipelines: checked("pipelines", options),
    malformedRate: checked("malformedRate", options),
  };
}

function checked(name: keyof StoryOptions, options: StoryOptions): number {
  const { default: usual, min, max, whole } = bounds[name];
  const value = options[name] ?? usual;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const wanted = `${whole ? "a whole number" : "a number"} from ${min} to ${max}`;
  throw new AgentError(
    "E_STORY_OPTION",
    `The story's ${name} is ${value}; it must be ${wanted}. Leave it out for ${usual}.`,
  );
}
