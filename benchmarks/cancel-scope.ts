/**
 * What a deadline costs around a body that is done at once: `node --expose-gc benchmarks/cancel-scope.ts`. Budget for a
 * cancel scope: 30 µs.
 */
import { type Operation, race, scoped, sleep, spawn } from "effection";
import { CancelScope, failAfter, moveOnAfter, settle } from "../framework/core/index.ts";
import { type Benchmark, measure } from "./measure.ts";

const TIMEOUT_MS = 120_000;

function* immediate(): Operation<number> {
  return 1;
}

function again(name: string, once: () => Operation<unknown>): Benchmark {
  return {
    name,
    operations: 2_000,
    *body(times) {
      for (let i = 0; i < times; i++) yield* once();
    },
  };
}

await measure("an immediate body", [
  again("bare spawn, join", function* () {
    yield* yield* spawn(immediate);
  }),
  again("cancel scope without a deadline", () => new CancelScope().run(immediate)),
  again("cancel scope with a deadline", () => {
    return new CancelScope({ deadlineMs: performance.now() + TIMEOUT_MS }).run(immediate);
  }),
  again("moveOnAfter", () => moveOnAfter(TIMEOUT_MS, immediate)),
  again("failAfter", () => failAfter(TIMEOUT_MS, immediate)),
  again("race([body, sleep])", () => race([immediate(), sleep(TIMEOUT_MS)])),
  again("settle", () => settle(immediate)),
  again("scoped", () => scoped(immediate)),
]);
