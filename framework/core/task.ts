import { ensure, type Operation, resource } from "effection";
import { AgentError } from "../../toolkit/errors.ts";
import { type Logger, useLogger } from "../../toolkit/logging/index.ts";
import { nullSendChannel, type SendChannel } from "./channels/index.ts";
import { type LoopReport, reportLoop } from "./monitor/index.ts";
import { settle } from "./settle.ts";

/** What a task works with while it is open. */
export interface TaskContext<Output> {
  readonly log: Logger;
  /**
   * Puts a payload into the outbound channel; waits while that is full. Without `yield*` it does nothing, and the execution
   * fails with `E_NOT_YIELDED`.
   * @throws {AgentError} `E_TASK_NOT_OPEN` once the task has been closed
   */
  send(payload: Output): Operation<void>;
}

export type Execute<Input, Output> = (input: Input, context: TaskContext<Output>) => Operation<void>;

/**
 * Runs handles and sends on what they give. A loop opens it, executes it again and again, and closes it; its outbound
 * channel lives exactly as long. Write `execute` when nothing else outlives one execution; otherwise write `open`,
 * which opens it (its scope is the loop's) and returns `execute`.
 */
export type Task<Input, Output = never> = {
  readonly name: string;
  /** This task's own end of the channel: clone it for each further task. Nothing is sent by default. */
  readonly outbound?: SendChannel<Output>;
} & (
  | { readonly execute: Execute<Input, Output>; readonly open?: never }
  | { readonly open: (context: TaskContext<Output>) => Operation<Execute<Input, Output>>; readonly execute?: never }
);

/** The time a periodic task is to cover, and its say in its loop. */
export interface Tick {
  /**
   * Where the last successful tick's window ended, epoch ms. At the first tick it equals `now`, unless the loop has a
   * `watermark`.
   */
  readonly previous: number;
  /** Epoch ms, UTC. */
  readonly now: number;
  /** This tick is the last one, unless it fails. */
  finish(): void;
  /**
   * Unless this tick fails, the loop goes on at this period. A new one is tried out at once, by a tick that follows this
   * one without a wait; not twice in a row, so that a task which changes its period all the time cannot run without end.
   * @throws {AgentError} `E_PERIOD` unless it is more than 0 and finite
   */
  updateLoopPeriod(seconds: number): void;
}

export type PeriodicTask<Output = never> = Task<Tick, Output>;
export type ChannelTask<Item, Output = never> = Task<Item, Output>;

/** One execution of an open task. */
export type ExecuteOnce<Input> = (input: Input) => Operation<void>;

/** Opens a task for as long as the caller's scope. */
export function useTask<Input, Output>(task: Task<Input, Output>): Operation<ExecuteOnce<Input>> {
  return resource(function* (provide) {
    const outbound = task.outbound ?? nullSendChannel<Output>();
    let isOpen = true;
    // Keep it here, not in a `finally`: that would come before the end of what `open` has spawned, which may be sending.
    yield* ensure(() => {
      isOpen = false;
      outbound.close();
    });
    const sends = new Sends(task.name);
    const context: TaskContext<Output> = {
      log: yield* useLogger({ task: task.name }),
      send(payload) {
        if (isOpen) return sends.make(outbound, payload);
        throw new AgentError("E_TASK_NOT_OPEN", `${task.name} has been closed; send only while its loop runs.`);
      },
    };
    const execute = task.open ? yield* task.open(context) : task.execute;
    yield* provide(function* (input) {
      yield* execute(input, context);
      sends.check();
    });
  });
}

class Send<Output> implements Operation<void> {
  readonly #outbound: SendChannel<Output>;
  readonly #payload: Output;
  readonly #sends: Sends;

  constructor(outbound: SendChannel<Output>, payload: Output, sends: Sends) {
    this.#outbound = outbound;
    this.#payload = payload;
    this.#sends = sends;
  }

  [Symbol.iterator]() {
    this.#sends.begun();
    return this.#outbound.send(this.#payload)[Symbol.iterator]();
  }
}

/** Notices a `send()` whose `yield*` was forgotten: the payload would be lost without a word. */
class Sends {
  readonly #taskName: string;
  #unbegun = 0;

  constructor(taskName: string) {
    this.#taskName = taskName;
  }

  make<Output>(outbound: SendChannel<Output>, payload: Output): Operation<void> {
    this.#unbegun++;
    return new Send(outbound, payload, this);
  }

  begun(): void {
    this.#unbegun--;
  }

  check(): void {
    const calls = this.#unbegun;
    this.#unbegun = 0;
    if (calls <= 0) return;
    const often = calls === 1 ? "once" : `${calls} times`;
    const advice = "and nothing was sent. Write yield* send(…).";
    throw new AgentError("E_NOT_YIELDED", `${this.#taskName} has called send() ${often} without yield*, ${advice}`);
  }
}

/**
 * Opens a task, runs `loop`, and closes the task, whatever else the caller goes on to do: every loop is made with this.
 * @param loop tells `report` what it does; there is none where nobody watches
 * @param closed is called once the task is closed and all that the loop has spawned has ended
 */
export function* withTask<Input, Output>(
  task: Task<Input, Output>,
  loop: (execute: ExecuteOnce<Input>, report: LoopReport | undefined) => Operation<void>,
  closed: () => void = () => {},
): Operation<void> {
  const outcome = yield* settle(function* () {
    yield* ensure(closed);
    yield* reportLoop(task.name, function* (report) {
      yield* loop(yield* useTask(task), report);
    });
  });
  if (!outcome.ok) throw outcome.error;
}
