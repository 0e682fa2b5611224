import { agents } from "../../../agents/index.ts";
import {
  type AgentTarget,
  describeSource,
  type Obligation,
  type PlannedRun,
  type StandIn,
  type TargetStatus,
  useAgentTarget,
} from "../../../testlib/index.ts";

const PIPELINE = "nightly_load";

describeSource({
  name: "target_example",
  agents,
  can: { push: true, running: true, durability: true },
  *standIn() {
    return new ExampleService(yield* useAgentTarget());
  },
  environment: ({ url }, { periodMs }) => ({
    DK_EXAMPLE_TARGET_URL: url,
    DK_EXAMPLE_COMPONENT_TYPE: "BATCH_PIPELINE",
    DK_EXAMPLE_PERIOD: String(periodMs / 1000),
  }),
});

/** The WebSocket service: it says what happens, once, to whoever is connected. */
class ExampleService implements StandIn {
  readonly #target: AgentTarget;

  constructor(target: AgentTarget) {
    this.#target = target;
  }

  get url() {
    return this.#target.url;
  }

  get contacts() {
    return this.#target.accepted + this.#target.refused;
  }

  get isWatched() {
    return this.#target.connections > 0;
  }

  *emit(runs: readonly PlannedRun[]) {
    return runs.flatMap((run) => {
      const obligations = toldOf(run);
      for (const told of obligations) this.#target.send(toMessage(told, run.at));
      return obligations;
    });
  }

  readonly faults = {
    outages: {
      "turns connections away": () => {
        this.#target.refuse(Number.POSITIVE_INFINITY);
        this.#target.closeClients(1006);
        return () => this.#target.refuse(0);
      },
    },
    malformedRecords: {
      "not JSON": () => this.#say("not json"),
      "not an object": () => this.#say("[1,2]"),
      "without its keys": () => this.#say('{"status":"RUNNING"}'),
      "an unknown status": () => this.#say('{"pipeline_key":"p","run_key":"r","status":"EXPLODED"}'),
    },
  };

  #say(message: string) {
    this.#target.send(message);
    return () => {};
  }
}

/** What the service tells of a run, and what therefore must come. */
function toldOf({ number, tasks, status, part }: PlannedRun): readonly Obligation[] {
  const of = { pipeline: PIPELINE, run: String(number) };
  const taskKeys = Array.from({ length: tasks }, (_, index) => `task_${index}`);
  const begun: Obligation[] = [{ ...of, status: "RUNNING" }];
  for (const task of taskKeys) begun.push({ ...of, task, status: "RUNNING" });
  const rest: Obligation[] = taskKeys.map((task) => ({ ...of, task, status: "COMPLETED" }));
  rest.push({ ...of, status });
  return { whole: [...begun, ...rest], beginning: begun, rest }[part];
}

function toMessage({ pipeline, run, task, status }: Obligation, at: number) {
  return {
    pipeline_key: pipeline,
    run_key: run,
    ...(task !== undefined && { task_key: task }),
    status: status satisfies TargetStatus,
    event_timestamp: new Date(at).toISOString(),
    region: "eu",
  };
}
