import * as mistakes from "./mistakes.ts";

/** A test body or a fixture, and what goes before the fixtures in its parameter list: the row of a row test. */
export interface Callable {
  readonly run: (...parameters: never[]) => unknown;
  readonly row: readonly unknown[];
}

/**
 * The fixtures that a parameter list names. To call a generator function is to take its parameters apart, and nothing
 * else: its first line does not run, and what the call returns is thrown away.
 * @throws {AgentError} `E_FIXTURE_UNKNOWN`; `E_TEST_BODY` for another function, which the call would run
 */
export function namesTaken({ run, row }: Callable, known: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  if (run.length <= row.length) return names;
  mistakes.checkGenerator(run);
  const recording = new Proxy(
    {},
    {
      get(_, key) {
        if (typeof key !== "string") return undefined;
        if (!known.includes(key)) throw mistakes.unknownFixture(key, known);
        names.add(key);
        return placeholder;
      },
    },
  );
  call({ run, row }, recording);
  return names;
}

/** Calls with the fixtures; their types are the business of whoever defined the test. */
export function call({ run, row }: Callable, fixtures: object): unknown {
  return Reflect.apply(run, undefined, [...row, fixtures]);
}

/** Longer patterns than this nobody writes. */
const LONGEST_PATTERN = 20;

/** Stands for a fixture that is taken apart further: `({ server: { url }, pair: [send, receive] })`. */
const placeholder: unknown = new Proxy(
  {},
  {
    get: (_, key) => (key === Symbol.iterator ? () => Array(LONGEST_PATTERN).fill(placeholder).values() : placeholder),
  },
);
