export { Story } from "./story.ts";
export { type DatabricksStoryOptions, toStorySettings } from "./story-options.ts";
