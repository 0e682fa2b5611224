import type { Operation } from "effection";
import type { TestClock, TestClockOptions } from "../clock/index.ts";

export interface TestOptions {
  readonly clock?: Omit<TestClockOptions, "onFailure">;
  /** Real time the body may take; 30 s by default. */
  readonly timeoutMs?: number;
}

/** What every test can have. */
export interface ClockFixture {
  /** Virtual time, from before the first fixture is opened. A test that does not name it runs in real time. */
  readonly clock: TestClock;
}

/**
 * Runs as an Effection operation in a scope of its own; what it spawns is halted when it ends. It gets the fixtures that
 * its parameter names: `function* ({ clock, log }) { … }`.
 */
export type TestBody<Known> = (fixtures: Known) => Operation<unknown>;
export type RowBody<Row, Known> = (row: Row, fixtures: Known) => Operation<unknown>;

/**
 * Gives a test something and takes it back: opened when a test names it, in the scope of the test, and closed with it
 * (`ensure`, `resource`). It gets other fixtures in the same way as a test does.
 */
export type Fixture<Known> = (fixtures: Known) => Operation<unknown>;

/** What fixtures give. */
export type Opened<Own> = {
  readonly [Name in keyof Own]: Own[Name] extends (fixtures: never) => Operation<infer Value> ? Value : never;
};

export interface DefineTest<Known> {
  (name: string, body: TestBody<Known>): void;
  (name: string, options: TestOptions, body: TestBody<Known>): void;
  /** One test for each row; the name may have `%s` and `$property` in it. */
  each<Row>(rows: readonly Row[]): DefineRowTest<Row, Known>;
}

interface DefineRowTest<Row, Known> {
  (name: string, body: RowBody<Row, Known>): void;
  (name: string, options: TestOptions, body: RowBody<Row, Known>): void;
}

export interface Test<Known> extends DefineTest<Known> {
  readonly only: DefineTest<Known>;
  readonly skip: DefineTest<Known>;
  readonly concurrent: DefineTest<Known>;
  /**
   * A `test` with further fixtures: `test.extend({ *acme({ log }) { return yield* useAcme(); } })`. They can name those
   * that there are already.
   * @throws {AgentError} `E_FIXTURE_TAKEN`, `E_FIXTURE_UNKNOWN`
   */
  extend<Own extends Readonly<Record<string, Fixture<Known>>>>(own: Own): Test<Known & Opened<Own>>;
}

/** The fixtures that a `test` knows: `FixturesOf<typeof test>`. */
export type FixturesOf<T> = T extends Test<infer Known> ? Known : never;
