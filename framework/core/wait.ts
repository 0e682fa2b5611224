import { type Effect, Err, Ok, type Operation, type Result } from "effection";

/**
 * One wait for something outside Effection: what `action()` does, for what is waited for once or more for each event. It
 * is its own operation, effect and iterator, where `action()` makes ten objects, 1 µs of work. It can be waited for once.
 */
export abstract class Wait<T> implements Operation<T>, Effect<T>, Iterator<Effect<unknown>, T, unknown> {
  /** What a report on a stuck agent calls it. */
  abstract readonly description: string;
  #resume: ((result: Result<T>) => void) | undefined;
  #result: Result<T> | undefined;

  /** Is called when the task comes to wait. */
  protected abstract begin(): void;

  /** Is called when it waits no more: it has what it waited for, or is halted. */
  protected abstract end(): void;

  protected resolve(value: T): void {
    this.#settle(Ok(value));
  }

  protected reject(error: Error): void {
    this.#settle(Err(error));
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Effect<unknown>, T> {
    if (this.#result === undefined) return { done: false, value: this };
    if (this.#result.ok) return { done: true, value: this.#result.value };
    throw this.#result.error;
  }

  throw(error: unknown): IteratorResult<Effect<unknown>, T> {
    throw error;
  }

  enter(resume: (result: Result<T>) => void): (left: (result: Result<void>) => void) => void {
    this.#resume = resume;
    this.begin();
    return (left) => left(this.#left());
  }

  #settle(result: Result<T>): void {
    this.#result = result;
    this.#resume?.(result);
  }

  #left(): Result<void> {
    try {
      this.end();
      return Ok();
    } catch (error) {
      return Err(error);
    }
  }
}
