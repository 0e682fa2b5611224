import type { Operation } from "effection";
import { AgentError } from "../../../toolkit/errors.ts";
import { type Logger, useLogger } from "../../../toolkit/logging/index.ts";
import { forEachItem, type ReceiveChannel } from "../channels/index.ts";
import type { LoopReport } from "../monitor/index.ts";
import { settle } from "../settle.ts";
import { type ChannelTask, withTask } from "../task.ts";
import { ThrottledLog } from "../throttled-log.ts";
import { isFatal } from "./fatal.ts";
import { runLanes } from "./lanes.ts";

export interface ChannelReceiveOptions<Item> {
  /** How many items are worked on at a time; 1 by default, which keeps the order of the channel. */
  readonly concurrency?: number;
  /** Items with the same key keep their order, whatever the concurrency. Without it, every item is on its own. */
  readonly keyBy?: (item: Item) => string;
  /** Gives each item a scope of its own (35 µs), for a task whose `execute` spawns or opens resources. */
  readonly isolated?: boolean;
}

/**
 * Executes `task` for each item of the channel until the channel ends; then it returns, all items done. An ordinary
 * error, of `keyBy` too, is logged and costs that item. Ends with an error that is unrecoverable or says that what
 * the task sends can reach nobody any more. Closes its end of the channel.
 * @throws {AgentError} `E_CONCURRENCY`
 */
export function* channelReceiveLoop<Item, Output>(
  task: ChannelTask<Item, Output>,
  inbound: ReceiveChannel<Item>,
  { concurrency = 1, keyBy, isolated = false }: ChannelReceiveOptions<Item> = {},
): Operation<void> {
  function* receive(run: Run<Item>, report: LoopReport | undefined): Operation<void> {
    checkConcurrency(task.name, concurrency);
    const failed = noteFailures(task, yield* useLogger({ task: task.name }), report);
    const execute = isolated ? executeIsolated(run, failed, report) : executeHere(run, failed, report);
    if (concurrency === 1) yield* forEachItem(inbound, execute);
    else yield* runLanes(inbound, execute, { concurrency, keyBy, failed });
  }
  yield* withTask(task, receive, () => inbound.close());
}

type Run<Item> = (item: Item) => Operation<void>;
type Failed = (error: unknown) => void;

/** @returns what takes each error: it throws those that end the loop on, and logs the rest */
function noteFailures(task: ChannelTask<never, never>, log: Logger, report: LoopReport | undefined): Failed {
  const throttled = new ThrottledLog(log);
  return (error) => {
    report?.failed(error);
    if (isFatal(error, task.outbound)) throw error;
    throttled.warn(kindOf(error), { err: error }, "The task failed for an item; it goes on with the next.");
  };
}

function kindOf(error: unknown): string {
  if (error instanceof AgentError) return error.code;
  return error instanceof Error ? error.name : "other";
}

function executeHere<Item>(run: Run<Item>, failed: Failed, report: LoopReport | undefined): Run<Item> {
  return function* (item) {
    try {
      yield* run(item);
      report?.succeeded();
    } catch (error) {
      failed(error);
    }
  };
}

function executeIsolated<Item>(run: Run<Item>, failed: Failed, report: LoopReport | undefined): Run<Item> {
  return function* (item) {
    const outcome = yield* settle(() => run(item));
    if (outcome.ok) report?.succeeded();
    else failed(outcome.error);
  };
}

function checkConcurrency(taskName: string, concurrency: number): void {
  if (Number.isInteger(concurrency) && concurrency >= 1) return;
  throw new AgentError(
    "E_CONCURRENCY",
    `The concurrency of ${taskName} is ${concurrency}; it must be a whole number of at least 1.`,
  );
}
