import type { Bench } from "../bench.ts";
import { virtualCase } from "../source-case.ts";
import { suiteError } from "../suite-error.ts";

const DAY_MS = 86_400_000;

export const outageCases = [
  virtualCase("waits for a tool that is down at its start", function* (bench) {
    for (const [, begin] of outagesOf(bench)) {
      const { heartbeats } = bench.parts.server.totals;
      const end = begin();
      yield* bench.start({ watches: false });
      yield* bench.pass(10 * 60_000);
      checkHeartbeats(bench, heartbeats, 1);
      end();
      yield* bench.untilWatched();
      yield* bench.emit(bench.plan(2));
      yield* bench.untilMet();
      yield* bench.stop();
    }
  }),

  virtualCase(
    "gets over a day without the tool, asking for it now and then, and loses nothing that the tool still shows",
    function* (bench) {
      const { server, standIn, can, verdict } = bench.parts;
      yield* bench.start();
      yield* bench.emit(bench.plan(1));
      yield* bench.untilMet();
      const [[name, begin]] = outagesOf(bench);
      const { contacts } = standIn;
      const { heartbeats } = server.totals;
      const end = begin();
      yield* bench.pass(120_000);
      const attempts = standIn.contacts - contacts;
      if (attempts > 120) {
        throw verdict.error(`While the tool was down (${name}), the agent tried ${attempts} times in two minutes.`);
      }
      for (let quarter = 0; quarter < 4; quarter++) {
        yield* bench.pass(DAY_MS / 4);
        if (can.poll !== undefined) yield* bench.emit(bench.plan(1));
      }
      checkHeartbeats(bench, heartbeats, 140); // of 144
      end();
      if (can.push === true) yield* bench.untilWatched();
      yield* bench.emit(bench.plan(1));
      yield* bench.untilMet();
    },
    { periodMs: 600_000, timeoutMs: 120_000 },
  ),
];

function checkHeartbeats(bench: Bench, before: number, atLeast: number): void {
  const came = bench.parts.server.totals.heartbeats - before;
  if (came >= atLeast) return;
  throw bench.parts.verdict.error(`While the tool was down, ${came} heartbeats came, not at least ${atLeast}.`);
}

type Outage = readonly [name: string, begin: () => () => void];

function outagesOf({ parts }: Bench): readonly [Outage, ...Outage[]] {
  const [first, ...more] = Object.entries(parts.standIn.faults.outages);
  if (first !== undefined) return [first, ...more];
  throw suiteError("The stand-in has no faults.outages; it needs at least one way to be down.");
}
