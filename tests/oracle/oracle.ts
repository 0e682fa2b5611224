import { readdirSync } from "node:fs";
import { all, type Operation } from "effection";
import { useObservabilityServer } from "../../testlib/index.ts";
import { readAccounts } from "./accounts.ts";
import type { History, Life } from "./checker/history.ts";
import type { Judge } from "./checker/promises.ts";
import { READ_TIMEOUT_MS } from "./environment.ts";
import { type SmallDisk, useSmallDisk } from "./faults/disk.ts";
import { Journal } from "./faults/journal.ts";
import { type PhaseKind, phases } from "./faults/phases.ts";
import { ShareOfFaults, serverKinds } from "./faults/server-faults.ts";
import { AgentLog } from "./lives/agent-log.ts";
import { Stage } from "./lives/stage.ts";
import { randomFrom } from "./random.ts";
import { Recorder } from "./recorder.ts";
import type { OpenSource } from "./sources/source.ts";
import { useTemporaryDirectory } from "./temporary-directory.ts";

export interface OracleOptions {
  readonly seed: number;
  /** How long things go wrong, ms. */
  readonly chaosMs: number;
  readonly openSource: OpenSource;
  readonly onLife?: (life: Life) => void;
}

/** What came of a run, with all that is needed to tell its story. */
export interface OracleRun {
  readonly seed: number;
  readonly history: History;
  readonly judge: Judge;
  readonly journal: Journal;
  readonly log: AgentLog;
  readonly disk: SmallDisk["how"];
}

const START_MS = 100;
/** The tool has something to show for longer than any chaos can take. */
const LONGEST_DELAY_MS = 120_000;

/** Runs an agent between the two servers while everything goes wrong, and then for as long as it takes to see what came. */
export function* runOracle({ seed, chaosMs, openSource, onLife = () => {} }: OracleOptions): Operation<OracleRun> {
  const fromMs = Date.now() + START_MS;
  const untilMs = fromMs + chaosMs;
  const source = yield* openSource(seed, { fromMs, untilMs: untilMs + LONGEST_DELAY_MS }, randomFrom(seed, "tool"));
  const recorder = new Recorder((event) => source.keyOf(event));
  const faults = new ShareOfFaults(randomFrom(seed, "server"));
  const server = yield* useObservabilityServer({
    faults,
    onAccepted(event, response) {
      recorder.note(event, response);
      recorder.noteAlert(server.model);
    },
  });
  const disk = yield* useSmallDisk();
  const files = yield* useTemporaryDirectory();
  const journal = new Journal();
  const log = new AgentLog();
  const stage = new Stage({ seed, source, server, recorder, disk, journal, log, files, onLife });

  const goWrong = (kinds: readonly [PhaseKind, ...PhaseKind[]], calmMs: readonly [number, number]) =>
    phases({ kinds, random: randomFrom(seed, kinds[0].what), journal, calmMs, faultMs: [200, 1_500], untilMs });
  yield* all([
    stage.liveUntil(untilMs),
    goWrong(serverKinds(server, faults), [100, 1_200]),
    goWrong(source.kinds, [100, 1_500]),
    goWrong([disk.full], [3_000, 10_000]),
  ]);
  const lastFaultAtMs = Date.now();
  yield* stage.liveToTheEnd();

  const history: History = {
    obligations: source.obligations(),
    deliveries: recorder.deliveries,
    lives: stage.lives,
    alerts: recorder.alerts,
    refusals: server.refused
      .filter(({ injected }) => !injected)
      .map(({ path, status, error }) => `${path}: ${status} ${error}`),
    faults: journal.spans,
    lastFaultAtMs,
    accounts: readAccounts(stage.stateDirectory),
    damaged: readdirSync(stage.stateDirectory).filter((name) => name.startsWith("damaged")),
    hasRepairs: source.hasRepairs,
    readTimeoutMs: READ_TIMEOUT_MS,
  };
  return { seed, history, judge: source.judge, journal, log, disk: disk.how };
}
