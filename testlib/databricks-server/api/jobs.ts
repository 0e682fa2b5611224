import type { Job, ReplyObject } from "../workspace/index.ts";
import { doesNotExist, notPermitted } from "./api-error.ts";
import type { Call } from "./call.ts";
import { pageOf } from "./keyset.ts";
import { firstElements, listFields } from "./list-pages.ts";

/** `jobs/list`: the latest first. */
export function listJobs(call: Call): ReplyObject {
  const { parameters, workspace } = call;
  const name = parameters.text("name")?.toLowerCase();
  const found = workspace.jobs
    .filter((job) => job.denied === "no" && (name === undefined || job.name.toLowerCase() === name))
    .toSorted((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1));
  const keyOf = (job: Job) => ({ place: job.createdAt, id: job.id });
  const { items, fields } = pageOf(found, keyOf, parameters, { usual: 20, max: 100 });
  const expands = parameters.flag("expand_tasks");
  const jobs = items.map((job) => {
    const { has_more, ...lists } = expands ? firstElements(call, { tasks: tasksOf(job) }) : {};
    return { ...jobFields(job, lists), has_more, ...job.fields };
  });
  return { jobs: jobs.length > 0 ? jobs : undefined, ...fields };
}

/** `jobs/get` */
export function getJob(call: Call): ReplyObject {
  const id = call.parameters.requiredId("job_id");
  const job = call.workspace.findJob(id);
  if (job === undefined) throw doesNotExist("Job", id);
  if (job.denied !== "no") throw notPermitted(call.user, id);
  const { next_page_token, prev_page_token, ...lists } = listFields(call, id, { tasks: tasksOf(job) });
  return { ...jobFields(job, lists), next_page_token, prev_page_token, ...job.fields };
}

function jobFields({ id, name, createdAt, settings }: Job, lists: ReplyObject): ReplyObject {
  const { creator = "etl@acme.example", cron, maxConcurrentRuns = 1 } = settings;
  return {
    job_id: id,
    creator_user_name: creator,
    run_as_user_name: creator,
    settings: {
      name,
      format: (settings.tasks ?? []).length === 0 ? "SINGLE_TASK" : "MULTI_TASK",
      max_concurrent_runs: maxConcurrentRuns,
      timeout_seconds: 0,
      schedule: cron && { quartz_cron_expression: cron, timezone_id: "UTC", pause_status: "UNPAUSED" },
      ...lists,
    },
    created_time: createdAt,
  };
}

function tasksOf({ tasks = [] }: Job): readonly ReplyObject[] {
  return tasks.map(({ key, dependsOn, runIf = "ALL_SUCCESS" }) => ({
    task_key: key,
    depends_on: dependsOn?.map((each) => ({ task_key: each })),
    run_if: runIf,
  }));
}
