import { type Operation, run } from "effection";

export interface Benchmark {
  readonly name: string;
  /** How many times `body` does what is measured. */
  readonly operations: number;
  body(operations: number): Operation<unknown>;
}

export interface MeasureOptions {
  /** What the ratios compare with; the first benchmark by default. */
  readonly baseline?: string;
  readonly rounds?: number;
}

/** The fastest, the middle and the slowest round, µs per operation. */
interface Result {
  readonly name: string;
  readonly minMicros: number;
  readonly medianMicros: number;
  readonly maxMicros: number;
}

const WARM_UP_ROUNDS = 2;

/**
 * Runs the benchmarks round by round, one after the other within a round, so that whatever else the machine is doing
 * touches all alike, and prints the median of each and its ratio to the baseline. `node --expose-gc` starts each run
 * with a clean heap.
 */
export async function measure(
  title: string,
  benchmarks: readonly Benchmark[],
  { baseline, rounds = 9 }: MeasureOptions = {},
): Promise<void> {
  const samples = benchmarks.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [i, benchmark] of benchmarks.entries()) {
      const micros = await microsPerOperation(benchmark);
      if (round >= 0) samples[i]?.push(micros);
    }
  }
  const results = benchmarks.map(({ name }, i) => summarise(name, samples[i] ?? []));
  print(title, results, results.find(({ name }) => name === baseline) ?? results[0]);
}

async function microsPerOperation({ operations, body }: Benchmark): Promise<number> {
  globalThis.gc?.();
  const started = performance.now();
  await run(() => body(operations));
  return ((performance.now() - started) * 1000) / operations;
}

function summarise(name: string, samples: readonly number[]): Result {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (quantile: number) => sorted[Math.round(quantile * (sorted.length - 1))] ?? Number.NaN;
  return { name, minMicros: at(0), medianMicros: at(0.5), maxMicros: at(1) };
}

function print(title: string, results: readonly Result[], baseline: Result | undefined): void {
  const nameWidth = Math.max(title.length, ...results.map(({ name }) => name.length));
  const row = (name: string, ...cells: readonly string[]) =>
    console.log(name.padEnd(nameWidth), ...cells.map((cell) => cell.padStart(10)));
  row(title, "median µs", "min", "max", "ratio");
  for (const { name, minMicros, medianMicros, maxMicros } of results) {
    const ratio = baseline === undefined ? Number.NaN : medianMicros / baseline.medianMicros;
    row(name, medianMicros.toFixed(3), minMicros.toFixed(3), maxMicros.toFixed(3), ratio.toFixed(2));
  }
  console.log();
}
