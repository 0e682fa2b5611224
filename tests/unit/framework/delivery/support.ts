import type { Operation } from "effection";
import { type ReceiveChannel, WouldBlock } from "../../../../framework/core/index.ts";
import type { EventReceiver, QueuedEvent } from "../../../../framework/delivery/index.ts";
import { type ObservabilityEvent, type RunStatus, runStatusEvent } from "../../../../toolkit/observability/index.ts";

/** Event `name` of a run: `event("r", "1")`. */
export function event(run: string, name: string, status: RunStatus = "RUNNING"): ObservabilityEvent {
  return runStatusEvent({ pipeline_key: "p", run_key: run, run_name: name, status });
}

export function taskEvent(run: string, name: string): ObservabilityEvent {
  return runStatusEvent({ pipeline_key: "p", run_key: run, run_name: name, task_key: "t", status: "COMPLETED" });
}

/** The name that the event was given. */
export function nameOf({ body }: QueuedEvent): unknown {
  return JSON.parse(body).run_name;
}

/** Receives and acknowledges so many, one after the other. @returns their names */
export function* deliver(receive: EventReceiver, count: number): Operation<readonly unknown[]> {
  const names: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const queued = yield* receive.receive();
    names.push(nameOf(queued));
    receive.acknowledge(queued);
  }
  return names;
}

/** Is nothing there to be received? */
export function isEmpty(receive: ReceiveChannel<unknown>): boolean {
  try {
    receive.receiveNowait();
    return false;
  } catch (error) {
    if (error instanceof WouldBlock) return true;
    throw error;
  }
}
