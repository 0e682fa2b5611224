import { ensure, type Operation } from "effection";
import { z } from "zod";
import { type Logger, useLogger } from "../../toolkit/logging/index.ts";
import { OpenUnit, OpenUnitContext } from "./open-unit.ts";
import type { Outbox } from "./outbox.ts";
import { toStateText } from "./state-text.ts";
import { useOutbox } from "./use-outbox.ts";

/**
 * What an agent remembers across restarts. Inside a unit of work changes are part of it, and seen by it alone until it
 * ends; outside, each is a unit of its own.
 */
export interface State<Value> {
  get(key: string): Operation<Value | undefined>;
  /** @throws {AgentError} `E_STATE_VALUE` when the schema does not make the value again from its JSON text */
  set(key: string, value: Value): Operation<void>;
  delete(key: string): Operation<void>;
  entries(): Operation<ReadonlyMap<string, Value>>;
}

export interface StateOptions<Schema extends z.ZodType> {
  /** One for the whole agent, such as `databricks.runs`. What it holds is found by this name. */
  readonly name: string;
  /**
   * What is kept goes through JSON, so it fits what JSON has: epoch ms rather than `z.date()`. An entry that an earlier
   * version of the agent has kept, and that no longer fits, is left out.
   */
  readonly schema: Schema;
}

/**
 * Opens a keyed state for as long as the caller's scope. Everything in it is in memory as well: keep it small, and delete
 * what is done with. It may be open several times, with the same schema.
 * @throws {AgentError} `E_STATE_OPEN` while one of this name is open with another schema
 */
export function* openState<Schema extends z.ZodType>(
  options: StateOptions<Schema>,
): Operation<State<z.output<Schema>>> {
  const outbox = yield* useOutbox();
  yield* ensure(outbox.openStates.open(options.name, options.schema));
  return new OutboxState(outbox, options, yield* useLogger({ state: options.name }));
}

class OutboxState<Schema extends z.ZodType> implements State<z.output<Schema>> {
  readonly #outbox: Outbox;
  readonly #name: string;
  readonly #schema: Schema;
  readonly #log: Logger;

  constructor(outbox: Outbox, { name, schema }: StateOptions<Schema>, log: Logger) {
    this.#outbox = outbox;
    this.#name = name;
    this.#schema = schema;
    this.#log = log;
    outbox.state.of(name); // read now: a disk that fails is to be noticed before the work begins
  }

  *get(key: string): Operation<z.output<Schema> | undefined> {
    const unit = yield* OpenUnitContext.get();
    const change = unit?.changeOf(this.#name, key);
    const text = change === undefined ? this.#outbox.state.of(this.#name).get(key) : change.value;
    return text === undefined ? undefined : this.#parse(key, text);
  }

  *set(key: string, value: z.output<Schema>): Operation<void> {
    yield* this.#change(key, toStateText(this.#schema, value, { state: this.#name, key }));
  }

  *delete(key: string): Operation<void> {
    yield* this.#change(key, undefined);
  }

  *entries(): Operation<ReadonlyMap<string, z.output<Schema>>> {
    const texts = new Map(this.#outbox.state.of(this.#name));
    const unit = yield* OpenUnitContext.get();
    for (const { name, key, value } of unit?.changes ?? []) {
      if (name !== this.#name) continue;
      if (value === undefined) texts.delete(key);
      else texts.set(key, value);
    }
    const values = new Map<string, z.output<Schema>>();
    for (const [key, text] of texts) {
      const value = this.#parse(key, text);
      if (value !== undefined) values.set(key, value);
    }
    return values;
  }

  *#change(key: string, value: string | undefined): Operation<void> {
    const open = yield* OpenUnitContext.get();
    const unit = open ?? new OpenUnit();
    unit.change({ name: this.#name, key, value });
    if (open === undefined) yield* this.#outbox.commit(unit);
  }

  #parse(key: string, text: string): z.output<Schema> | undefined {
    const parsed = this.#schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    this.#log.warn(
      { key, reason: z.prettifyError(parsed.error) },
      "Saved state does not fit any more; it is left out.",
    );
    return undefined;
  }
}
