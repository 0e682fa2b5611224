import { toRun } from "../../../../agents/databricks/replies.ts";
import { type Report, type ReportOptions, report } from "../../../../agents/databricks/report.ts";
import { unreported, type WatchedRun } from "../../../../agents/databricks/watched-run.ts";
import type { ObservabilityEvent } from "../../../../toolkit/observability/index.ts";

/** 2024-05-01T00:00:00Z: when the runs of the examples begin. */
export const T0 = 1_714_521_600_000;
export const NOW = T0 + 7_200_000;

const HOST = "https://adb-11.7.azuredatabricks.net/?o=11#job";

type Json = Readonly<Record<string, unknown>>;

/** The run of the examples, as runs/get shows it. */
export function runJson(changes: Json = {}): Json {
  return {
    job_id: 620000000000123,
    run_id: 455644833,
    number_in_job: 455644833,
    original_attempt_run_id: 455644833,
    creator_user_name: "etl@acme.io",
    trigger: "PERIODIC",
    run_type: "JOB_RUN",
    run_name: "nightly_etl",
    schedule: { quartz_cron_expression: "0 0 0 * * ?", timezone_id: "UTC", pause_status: "UNPAUSED" },
    run_page_url: `${HOST}/620000000000123/run/455644833`,
    start_time: T0,
    end_time: 0,
    state: running(),
    ...changes,
  };
}

export function taskJson(runId: number, taskKey: string, changes: Json = {}): Json {
  return {
    run_id: runId,
    task_key: taskKey,
    attempt_number: 0,
    start_time: 0,
    end_time: 0,
    run_page_url: `${HOST}/620000000000123/run/${runId}`,
    state: { life_cycle_state: "BLOCKED", state_message: "" },
    ...changes,
  };
}

export function running(): Json {
  return { life_cycle_state: "RUNNING", state_message: "In run" };
}

export function ended(result: string, message = ""): Json {
  return { life_cycle_state: "TERMINATED", result_state: result, state_message: message };
}

/** What the agent has told of a run so far, and what each further look at it adds. */
export class Looks {
  watched: WatchedRun;
  readonly #options: ReportOptions;

  constructor(first: Json, { toldUntilMs, ...options }: Partial<ReportOptions & WatchedRun> = {}) {
    this.#options = { taskKey: "run_id", nowMs: NOW, ...options };
    this.watched = unreported(toRun(first, "The test"), this.#options.nowMs, toldUntilMs);
  }

  /** @returns the events of this look */
  at(json: Json): Report["events"] {
    const { events, watched } = report(this.watched, toRun(json, "The test"), this.#options);
    this.watched = watched;
    return events;
  }
}

/** The events of a first and only look. */
export function eventsOf(json: Json, options: Partial<ReportOptions> = {}): readonly ObservabilityEvent[] {
  return new Looks(json, options).at(json);
}

/** One line each: `901 FAILED 00:01:00`, `run ERROR "boom" 00:01:00.500`. */
export function lines(events: readonly ObservabilityEvent[]): readonly string[] {
  return events.map(({ body }) => {
    const { task_key = "run", event_timestamp = "" } = body;
    const what =
      "message" in body ? `${body.log_level} ${JSON.stringify(body.message)}` : "status" in body && body.status;
    const time = /^2024-05-01T([\d:]{8})(?:\.(\d{3})000)?\+00:00$/.exec(event_timestamp ?? "");
    const clock = time === null ? event_timestamp : [time[1], time[2]].filter((part) => part !== undefined).join(".");
    return `${task_key} ${what} ${clock}`;
  });
}
