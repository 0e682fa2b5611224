import { AgentError } from "../../../toolkit/index.ts";
import { catalogueSize } from "./catalogue.ts";

export interface DatabricksStoryOptions {
  /** Time factor, 0.01 to 1,000. At 1, the default, runs take one to a few minutes. */
  readonly speed?: number;
  /** Same seed, same story. A whole number, 0 or more; default 1. */
  readonly seed?: number;
  /** How many jobs take part, 1 to 1,000; default all of the catalogue. Past that they repeat under numbered names. */
  readonly jobs?: number;
  /** What has happened before the server started, in minutes of the story; default 10. */
  readonly pastMinutes?: number;
}

const bounds = {
  speed: { usual: 1, min: 0.01, max: 1_000, isWhole: false },
  seed: { usual: 1, min: 0, max: 2 ** 32 - 1, isWhole: true },
  jobs: { usual: catalogueSize, min: 1, max: 1_000, isWhole: true },
  pastMinutes: { usual: 10, min: 0, max: 10_000, isWhole: false },
} as const;

/**
 * The options with their defaults filled in.
 * @throws {AgentError} `E_STORY_OPTION`
 */
export function toStorySettings(options: DatabricksStoryOptions): Required<DatabricksStoryOptions> {
  return {
    speed: checked("speed", options),
    seed: checked("seed", options),
    jobs: checked("jobs", options),
    pastMinutes: checked("pastMinutes", options),
  };
}

function checked(name: keyof DatabricksStoryOptions, options: DatabricksStoryOptions): number {
  const { usual, min, max, isWhole } = bounds[name];
  const value = options[name] ?? usual;
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
  const wanted = `${isWhole ? "a whole number" : "a number"} from ${min} to ${max}`;
  throw new AgentError("E_STORY_OPTION", `The story's ${name} is ${value}; it must be ${wanted}.`);
}
