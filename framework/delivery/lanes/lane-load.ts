import type { Lane } from "./lane.ts";

/** What lanes take up in memory. */
export interface LaneLoad {
  /** Without those that are set back: of them there is, most of the time, a name and a timer only. */
  readonly lanes: number;
  /** Events. */
  readonly bodies: number;
  /** Of their bodies. */
  readonly characters: number;
}

/** The lanes of one kind. */
export class LaneGroup implements LaneLoad {
  readonly ready: Lane[] = [];
  lanes = 0;
  bodies = 0;
  characters = 0;
}
