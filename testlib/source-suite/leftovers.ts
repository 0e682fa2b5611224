import type { TestClock } from "../clock/index.ts";

/** What is there that could belong to an agent. */
export interface Belongings {
  /** Where each pending timer was made. */
  readonly timers: readonly string[];
  readonly sockets: number;
}

export function belongings(clock: TestClock): Belongings {
  const timers = Array.from(clock.describeTimers().matchAll(/^ *(\S+ of \d+ ms).*(made at .*)$/gm));
  const sockets = process.getActiveResourcesInfo().filter((resource) => resource === "TCPSocketWrap").length;
  return { timers: timers.map(([, timer, place]) => `${timer}, ${place}`), sockets };
}

/** What is there now and was not there before, a phrase for each; empty when all is gone. */
export function leftovers(before: Belongings, now: Belongings): readonly string[] {
  const timers = now.timers.filter((timer) => !before.timers.includes(timer)).map((timer) => `a timer: ${timer}`);
  const sockets = now.sockets - before.sockets;
  return sockets > 0 ? [...timers, `${sockets} open sockets`] : timers;
}
