/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Texts of the kinds that tools, or a fault, may produce. */
const texts = [
  ...[
    "",
    " ",
    "a",
    " a ",
    "_",
    "-",
    "_a_",
    "dbt-core",
    "AWS S3",
    "ŉ",
    "ǰ",
    "ΐ",
    "é",
    "e\u0301",
    "数",
    "😀",
    "\u0000",
    "\n",
    "\ud800",
  ],
  ...["a".repeat(255), "a".repeat(256), "😀".repeat(256), "ß".repeat(200), "é".repeat(1_025), "x".repeat(5_000)],
  ...["http://airflow:8080/x", "https://example.com/a", "https://example.com/\ud800", "https://example.com/a b"],
  ...["2024-05-01T00:00:00Z", "2024-02-30T00:00:00Z", "0001-01-01T00:00:00+01:00", "2024-05-01 1:2"],
  ...["1", "-0", " 1e3 ", "1e400", "NaN", "0.1234567890123456789", "999999999999999.99", "1e9999", "running", "PASSED"],
] as const;

const others = [
  ...[null, undefined, true, false, 0, 1, 1.5, 1e15, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 7n, 10n ** 30n],
  ...[new Date(0), new Date(Number.NaN), new Date(8.64e15), Symbol("s"), () => 1, /x/, new Map(), Object.create(null)],
];

export interface Junk {
  text(): string;
  value(depth?: number): unknown;
  /** Some of the fields, each with a value that is mostly of the right type. */
  fields(names: readonly string[]): Record<string, unknown>;
  chance(probability: number): boolean;
}

export function junk(seed: number): Junk {
  const next = randomNumbers(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(next() * items.length)];
  const chance = (probability: number): boolean => next() < probability;
  const text = (): string => pick(texts) ?? "";
  const value = (depth = 0): unknown => {
    const kind = next();
    if (kind < 0.5 || depth > 3) return kind < 0.3 ? text() : pick(others);
    const items = Array.from({ length: Math.floor(next() * 4) }, () => value(depth + 1));
    return kind < 0.7 ? items : Object.fromEntries(items.map((each) => [text(), each]));
  };
  const fields = (names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.filter(() => chance(0.4)).map((name) => [name, chance(0.97) ? text() : value()]));
  return { text, value, fields, chance };
}
