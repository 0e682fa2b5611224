import type { Operation } from "effection";
import * as mistakes from "./mistakes.ts";
import { call, namesTaken } from "./parameter-names.ts";

type OpenFixture = (fixtures: never) => Operation<unknown>;

interface Definition {
  readonly open: OpenFixture;
  readonly needs: ReadonlySet<string>;
}

/** The fixtures that a `test` knows, each after those it needs. `clock` is one that the test run itself opens. */
export class FixtureSet {
  readonly #definitions: ReadonlyMap<string, Definition>;

  constructor(definitions: ReadonlyMap<string, Definition> = new Map()) {
    this.#definitions = definitions;
  }

  get names(): readonly string[] {
    return ["clock", ...this.#definitions.keys()];
  }

  with(own: Readonly<Record<string, OpenFixture>>): FixtureSet {
    const { names } = this;
    const definitions = new Map(this.#definitions);
    for (const [name, open] of Object.entries(own)) {
      if (names.includes(name)) throw mistakes.fixtureTaken(name);
      definitions.set(name, { open, needs: namesTaken({ run: open, row: [] }, names) });
    }
    return new FixtureSet(definitions);
  }

  /** What to open for those named: themselves, and what they need. */
  neededFor(named: ReadonlySet<string>): ReadonlySet<string> {
    const needed = new Set(named);
    for (const [name, { needs }] of [...this.#definitions].reverse()) {
      if (needed.has(name)) for (const need of needs) needed.add(need);
    }
    return needed;
  }

  /** Opens them in the caller's scope, in the order of their definition; so they are closed in the opposite one. */
  *open(needed: ReadonlySet<string>, given: Readonly<Record<string, unknown>>): Operation<object> {
    const values = new Map(Object.entries(given));
    const fixtures = this.#reading(values);
    for (const [name, { open }] of this.#definitions) {
      if (!needed.has(name)) continue;
      const opening = call({ run: open, row: [] }, fixtures);
      mistakes.checkFixture(name, opening);
      values.set(name, yield* opening);
    }
    return fixtures;
  }

  /** What a body gets: it says what is wrong when the body asks for more than it has named. */
  #reading(values: ReadonlyMap<string, unknown>): object {
    const get = (_: object, name: string | symbol) => {
      if (typeof name === "symbol" || values.has(name)) return values.get(String(name));
      throw this.names.includes(name) ? mistakes.fixtureNotNamed(name) : mistakes.unknownFixture(name, this.names);
    };
    return new Proxy({}, { get });
  }
}
