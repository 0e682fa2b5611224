import type { StateChange } from "./store/index.ts";

/** The agents' state as it is in the store: by the state's name, JSON texts by key. Read from there once. */
export class StateCache {
  readonly #load: (name: string) => ReadonlyMap<string, string>;
  readonly #byName = new Map<string, Map<string, string>>();

  constructor(load: (name: string) => ReadonlyMap<string, string>) {
    this.#load = load;
  }

  of(name: string): ReadonlyMap<string, string> {
    return this.#entriesOf(name);
  }

  apply(changes: readonly StateChange[]): void {
    for (const { name, key, value } of changes) {
      if (value === undefined) this.#entriesOf(name).delete(key);
      else this.#entriesOf(name).set(key, value);
    }
  }

  #entriesOf(name: string): Map<string, string> {
    const known = this.#byName.get(name) ?? new Map(this.#load(name));
    this.#byName.set(name, known);
    return known;
  }
}
