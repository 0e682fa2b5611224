import type { Operation } from "effection";
import { agents } from "../../../agents/index.ts";
import {
  type DatabricksFault,
  type DatabricksRun,
  type DatabricksServer,
  databricksFault,
  describeSource,
  type Obligation,
  type PlannedRun,
  type StandIn,
  useDatabricksServer,
} from "../../../testlib/index.ts";

describeSource({
  name: "databricks",
  agents,
  can: {
    poll: { pageSize: 25, latenessMs: 60_000, rateLimit: true, authorization: "renewed" },
    running: true,
    durability: true,
  },
  *standIn(clock): Operation<Workspace> {
    return new Workspace(yield* useDatabricksServer({ clock }));
  },
  environment: ({ env }, { periodMs }) => ({ ...env, DK_PERIOD: String(periodMs / 1000) }),
});

/** A workspace with one job, whose runs are what the cases plan. */
class Workspace implements StandIn {
  readonly #server: DatabricksServer;
  readonly #runs = new Map<number, DatabricksRun>();

  constructor(server: DatabricksServer) {
    this.#server = server;
    server.jobs.add({ id: 7, name: "nightly_load" });
  }

  get env() {
    return this.#server.envFor("databricks_oauth");
  }

  get contacts() {
    return this.#server.requests.filter(({ endpoint }) => endpoint !== "sign-in").length;
  }

  /** Its first poll is over with the list of what is new. */
  get isWatched() {
    return this.#server.requests.some(({ query, status }) => "start_time_from" in query && status === 200);
  }

  *emit(runs: readonly PlannedRun[]) {
    return runs.flatMap((planned) => {
      const { number, part, at } = planned;
      const run = this.#runs.get(number) ?? this.#begin(planned);
      this.#runs.set(number, run);
      if (part !== "beginning") end(run, planned);
      return obligationsOf(run, planned, at);
    });
  }

  readonly faults = {
    outages: {
      "refuses connections": () => this.#server.refuseConnections(),
      "cuts connections": () => this.#always({ reset: "before" }),
      "never answers": () => this.#always({ hang: true }),
      "answers 503": () => this.#always({ status: 503 }),
    },
    malformedReplies: {
      "HTML in place of JSON": () => this.#always(databricksFault.signInPage()),
      "half of the JSON": () => this.#always({ cut: true }),
      "another shape": () => this.#always({ edit: () => ({ items: 7 }) }),
      "an error with status 200": () => this.#always({ edit: () => ({ error_code: "X", message: "No." }) }),
      "a list in a circle": () => this.#always(databricksFault.loopingPageToken()),
      "states that nobody knows": () => this.#always(databricksFault.unknownState()),
      "no states": () => this.#always(databricksFault.without("state", "status")),
      "no ids": () => this.#always(databricksFault.without("run_id")),
    },
    malformedRecords: {
      "null in place of a run": () => this.#always(databricksFault.strayRecord(null)),
      "a run without ids": () => this.#always(databricksFault.strayRecord({ run_name: "nameless" })),
      "a run that is all nonsense": () =>
        this.#always(databricksFault.strayRecord({ run_id: {}, job_id: [], tasks: 7, state: "?" })),
    },
    brokenPage: () => this.#server.faults.always({ status: 500 }, furtherPages),
    rateLimit: (seconds: number) => void this.#server.faults.throttle(seconds),
    unauthorized: () => this.#server.faults.next({ revoke: true }, 1, furtherPages),
  };

  #begin({ at, tasks }: PlannedRun): DatabricksRun {
    const keys = Array.from({ length: tasks }, (_, index) => `step_${index}`);
    const run = this.#server.start(7, { at, tasks: keys });
    for (const key of keys) run.task(key).start({ at });
    return run;
  }

  #always(fault: DatabricksFault): () => void {
    return this.#server.faults.always(fault);
  }
}

const furtherPages = {
  endpoint: "runs/list",
  where: ({ query }: { readonly query: object }) => "page_token" in query,
} as const;

function end(run: DatabricksRun, { status, at }: PlannedRun): void {
  for (const task of run.tasks) {
    if (status === "FAILED") task.fail("No luck.", { at });
    else task.succeed({ at });
  }
  run.end({ at });
}

function obligationsOf(run: DatabricksRun, { part, status }: PlannedRun, _at: number): readonly Obligation[] {
  const of = { pipeline: "7", run: String(run.id) };
  const tasks = run.tasks.map(({ runId }) => String(runId));
  const begun: Obligation[] = [{ ...of, status: "RUNNING" }];
  for (const task of tasks) begun.push({ ...of, task, status: "RUNNING" });
  const rest: Obligation[] = tasks.map((task) => ({ ...of, task, status }));
  rest.push({ ...of, status });
  return { whole: [...begun, ...rest], beginning: begun, rest }[part];
}
