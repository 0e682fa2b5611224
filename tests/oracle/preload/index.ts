import { appendFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { shiftClock } from "./clock.ts";
import { KillPoints } from "./kill-points.ts";
import { watchRequests } from "./requests.ts";
import { StoreWatch } from "./store.ts";

/**
 * Runs in the agent's process before the agent (`node --import`): kill points, clock jumps, and a note of each answer that
 * the agent has had the time to act on. So the code under test has no hooks for tests.
 */

/** Turns of the event loop after an answer: more than it takes to hand it on through the agent and to note it. */
const SETTLE_TURNS = 10;
const RETRY_MS = 20;
const FLUSH_PERIOD_MS = 500;

const { ORACLE_KILL, ORACLE_CLOCK, ORACLE_JUMPS, ORACLE_ANSWERS } = process.env;
const points = new KillPoints(ORACLE_KILL);
const store = new StoreWatch(points);

store.watch();
watchRequests(points, (event) => settle(event, SETTLE_TURNS));
shiftClock(ORACLE_CLOCK, ORACLE_JUMPS);
setInterval(flushCompileCache, FLUSH_PERIOD_MS).unref(); // Node does it at exit, which most lives do not come to

function settle(event: string, turns: number): void {
  if (turns > 0) setImmediate(settle, event, turns - 1);
  else if (store.isRefused)
    setTimeout(settle, RETRY_MS, event, turns).unref(); // it cannot note anything now
  else note(event);
}

function note(event: string): void {
  if (ORACLE_ANSWERS === undefined) return;
  try {
    appendFileSync(ORACLE_ANSWERS, `${event}\n`);
  } catch {
    // With the file size limited, too: what is not noted is judged more leniently.
  }
}
