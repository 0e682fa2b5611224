import { action, type Operation } from "effection";
import { toError } from "../../toolkit/index.ts";

/** Waiting for something to become true, without asking again and again: whoever changes things says so. */
export class Conditions {
  readonly #checks = new Set<() => void>();

  changed(): void {
    if (this.#checks.size === 0) return;
    for (const check of [...this.#checks]) check();
  }

  until(holds: () => boolean): Operation<void> {
    return action<void>((resolve, reject) => {
      const check = () => {
        try {
          if (holds()) resolve();
        } catch (error) {
          reject(toError(error));
        }
      };
      this.#checks.add(check);
      check();
      return () => this.#checks.delete(check);
    }, "agent-target condition");
  }
}
