import type { Operation } from "effection";
import type { TestClock } from "../clock/index.ts";
import type { Bench } from "./bench.ts";
import type { Need } from "./needs.ts";
import { openBench } from "./open-bench.ts";
import type { Source, StandIn } from "./source.ts";

/** One thing that the suite proves of a source. */
export interface SourceCase {
  /** A sentence about the agent. */
  readonly name: string;
  readonly needs: readonly Need[];
  /** Real time the case may take; 10 s without it. */
  readonly timeoutMs?: number;
}

/** A case in virtual time, with the agent in this process. */
export interface VirtualCase extends SourceCase {
  readonly time: "virtual";
  run<Tool extends StandIn>(source: Source<Tool>, clock: TestClock): Operation<void>;
}

/** A case in real time, with the agent as a process of its own. */
export interface RealCase extends SourceCase {
  readonly time: "real";
  run<Tool extends StandIn>(source: Source<Tool>): Operation<void>;
}

interface VirtualOptions {
  readonly needs?: readonly Need[];
  readonly timeoutMs?: number;
  /** How often the agent polls, or tries to connect. */
  readonly periodMs?: number;
}

/** Makes a case. The agent is stopped, and looked after, when `body` has ended. */
export function virtualCase(
  name: string,
  body: (bench: Bench) => Operation<void>,
  options: VirtualOptions = {},
): VirtualCase {
  const { needs = [], periodMs = 10_000, ...others } = options;
  return {
    ...others,
    name,
    needs,
    time: "virtual",
    *run(source, clock) {
      const bench = yield* openBench(source, clock, { periodMs });
      yield* body(bench);
      yield* bench.finish();
    },
  };
}

/** Makes a case that starts the agent as its users do. */
export function realCase(
  name: string,
  run: <Tool extends StandIn>(source: Source<Tool>) => Operation<void>,
  options: { readonly needs?: readonly Need[]; readonly timeoutMs?: number } = {},
): RealCase {
  return { needs: [], timeoutMs: 30_000, ...options, name, time: "real", run };
}
