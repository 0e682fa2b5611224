import { type Operation, sleep } from "effection";
import { eventLoopTurn } from "./event-loop-turn.ts";
import type { RunsInProgress } from "./in-progress.ts";
import { tellScript } from "./script.ts";
import type { StoryOptions } from "./story-options.ts";

/** Sends the story's messages when they are due. Keeps account of the runs in progress, for clients yet to come. */
export function* playStory(
  options: StoryOptions,
  runs: RunsInProgress,
  send: (text: string) => void,
): Operation<never> {
  const startedAt = performance.now(); // monotonic: the wall clock may jump, the story must not
  const script = tellScript(options, Date.now());
  while (true) {
    const { atMs, text, moment } = script.next().value;
    const waitMs = startedAt + atMs - performance.now();
    if (waitMs > 0) yield* sleep(waitMs);
    else yield* eventLoopTurn(); // late: catch up, but let sockets work meanwhile
    if (moment) runs.record(moment.message, text);
    send(text);
  }
}
