import { endsRun, type TargetMessage } from "./message.ts";

/** The messages so far of each run that has not ended. */
export class RunsInProgress {
  readonly #texts = new Map<string, string[]>();

  record(message: TargetMessage, text: string): void {
    const run = JSON.stringify([message.pipeline_key, message.run_key]);
    if (endsRun(message)) {
      this.#texts.delete(run);
      return;
    }
    const texts = this.#texts.get(run);
    if (texts) texts.push(text);
    else this.#texts.set(run, [text]);
  }

  /** Run by run, the oldest run first. */
  texts(): readonly string[] {
    return [...this.#texts.values()].flat();
  }
}
