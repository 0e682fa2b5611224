import { writeSync } from "node:fs";

/**
 * Ends this process, as `kill -9` does, when a named point is reached for the n-th time: `ORACLE_KILL=commit:before#3`. No
 * other code runs after that point.
 */
export class KillPoints {
  readonly #point: string | undefined;
  #left: number;

  constructor(given: string | undefined) {
    const [point, nth = "1"] = given?.split("#") ?? [];
    this.#point = point;
    this.#left = Number(nth);
  }

  reach(point: string): void {
    if (point !== this.#point) return;
    this.#left -= 1;
    if (this.#left > 0) return;
    writeSync(2, `oracle: SIGKILL at ${point}\n`);
    process.kill(process.pid, "SIGKILL");
  }
}
