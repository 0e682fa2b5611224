/**
 * What one execution of a task costs: preHook, handle and postHook, each under a timeout, and a send:
 * `node --expose-gc benchmarks/task-cycle.ts`. Budget: 35 µs.
 */
import { type Operation, spawn } from "effection";
import {
  failAfter,
  type Handle,
  nullSendChannel,
  openMemoryChannel,
  type ReceiveChannel,
  runHandle,
  type SendChannel,
} from "../framework/core/index.ts";
import { type Benchmark, measure } from "./measure.ts";

const TIMEOUT_MS = 120_000;

type Parse = Handle<ReceiveChannel<string>, string, number>;

const parse: Parse = {
  name: "benchmark.parse",
  *preHook() {},
  *handle(messages) {
    return yield* messages.receive();
  },
  *postHook(text) {
    return text.length;
  },
};

type Run = (messages: ReceiveChannel<string>) => Operation<number>;

const untimed: Run = (messages) => runHandle(parse, messages);
const timed: Run = (messages) => runHandle(parse, messages, { timeoutMs: TIMEOUT_MS });
function* threeScopes(messages: ReceiveChannel<string>): Operation<number> {
  yield* failAfter(TIMEOUT_MS, () => parse.preHook());
  const raw = yield* failAfter(TIMEOUT_MS, () => parse.handle(messages));
  return yield* failAfter(TIMEOUT_MS, () => parse.postHook(raw));
}

/** Messages are there before they are asked for. */
function* buffered(run: Run, cycles: number): Operation<void> {
  const [source, messages] = openMemoryChannel<string>(1);
  const outbound = nullSendChannel<number>();
  for (let i = 0; i < cycles; i++) {
    source.sendNowait("message");
    yield* outbound.send(yield* run(messages));
  }
}

/** Each cycle waits for its message, as that of a source which is faster than what it listens to. */
function* awaited(run: Run, cycles: number): Operation<void> {
  const [source, messages] = openMemoryChannel<string>(0);
  const [ask, asked]: [SendChannel<number>, ReceiveChannel<number>] = openMemoryChannel<number>(
    Number.POSITIVE_INFINITY,
  );
  yield* spawn(function* () {
    for (let i = 0; i < cycles; i++) yield* source.send("message");
  });
  for (let i = 0; i < cycles; i++) {
    yield* ask.send(yield* run(messages));
    yield* asked.receive();
  }
}

const compared = (cycle: (run: Run, cycles: number) => Operation<void>): readonly Benchmark[] => [
  { name: "runHandle without a timeout", operations: 50_000, body: (cycles) => cycle(untimed, cycles) },
  { name: "runHandle with a timeout", operations: 50_000, body: (cycles) => cycle(timed, cycles) },
  { name: "failAfter around each hook", operations: 2_000, body: (cycles) => cycle(threeScopes, cycles) },
];

await measure("one task cycle, the message is there", compared(buffered));
await measure("one task cycle, the message is waited for", compared(awaited));
