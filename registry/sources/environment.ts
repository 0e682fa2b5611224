/** One environment variable, under the name it really has. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The variables that are set to something, found by their names in any case. Empty ones count as not set. */
export class Environment {
  readonly #byName = new Map<string, Variable>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    for (const [name, value] of Object.entries(env)) {
      if (value === undefined || value === "") continue;
      const key = name.toUpperCase();
      // When two names differ only in case, the one in upper case wins, as the documentation writes it.
      if (name === key || !this.#byName.has(key)) this.#byName.set(key, { name, value });
    }
  }

  get(name: string): Variable | undefined {
    return this.#byName.get(name.toUpperCase());
  }

  /** All names, as they are written. */
  names(): readonly string[] {
    return [...this.#byName.values()].map(({ name }) => name);
  }
}
