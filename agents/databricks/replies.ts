import { z } from "zod";
import { jsonId, parseReply } from "../../framework/http/index.ts";
import { AgentError } from "../../toolkit/index.ts";
import { type Outcome, outcomeOf } from "./statuses.ts";

/** A run of a job, as the Jobs API shows it. Times are epoch ms, 0 for not known or not yet. */
export interface Run {
  readonly jobId: string;
  readonly runId: string;
  /** That of the job, or of the run itself where it was submitted once. */
  readonly name: string;
  readonly pageUrl: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
  /** In the order of the API; `undefined` when the reply has none. */
  readonly tasks: readonly TaskRun[] | undefined;
  /** There are tasks that the reply does not show. */
  readonly hasMoreTasks: boolean;
  /** The run before its first repair; `undefined` when the reply has no history. */
  readonly original: PastAttempt | undefined;
  /** The repairs of the run, oldest first; `undefined` when the reply has no history. */
  readonly repairs: readonly PastAttempt[] | undefined;
  /** What goes into the metadata of its events. */
  readonly facts: RunFacts;
  /** What was wrong with tasks that were left out. */
  readonly malformed: readonly string[];
}

/** One attempt at a task. */
export interface TaskRun {
  /** Its own run id. Of old runs that have none, the name of the task. */
  readonly id: string;
  readonly name: string;
  /** 0 for the first. */
  readonly attempt: number;
  readonly pageUrl: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

/** What the history of a run says of the original, or of a repair. */
export interface PastAttempt {
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
  /** The ids of its task runs; empty when the reply does not say. */
  readonly taskIds: readonly string[];
}

/** Latest moment that a timestamp can have: the end of the year 9999. */
const LAST_MS = 253_402_300_799_999;

const text = z.string().nullish().catch(undefined);
const epochMs = z.number().min(0).max(LAST_MS).catch(0);
const state = z.object({ life_cycle_state: text, result_state: text, state_message: text }).nullish().catch(undefined);
const status = z
  .object({ state: text, termination_details: z.object({ code: text, message: text }).nullish().catch(undefined) })
  .nullish()
  .catch(undefined);
const common = { run_page_url: text, start_time: epochMs, end_time: epochMs, state, status };

const TaskReply = z.object({
  ...common,
  run_id: jsonId().optional().catch(undefined),
  task_key: text,
  attempt_number: z.int().min(0).catch(0),
});

const AttemptReply = z.object({
  type: text,
  start_time: epochMs,
  end_time: epochMs,
  state,
  status,
  task_run_ids: z.array(jsonId()).catch([]),
});

/** Metadata of each event, as it is in the reply. */
const facts = {
  creator_user_name: z.unknown().optional(),
  number_in_job: z.unknown().optional(),
  original_attempt_run_id: z.unknown().optional(),
  schedule: z.unknown().optional(),
  trigger: z.unknown().optional(),
  run_type: z.unknown().optional(),
};

/** Only the ids are asked for: whatever else is missing or odd must not cost the run. */
const RunReply = z.object({
  ...common,
  ...facts,
  run_id: jsonId(),
  job_id: jsonId(),
  run_name: text,
  tasks: z.array(z.unknown()).nullish().catch(undefined),
  has_more: z.boolean().nullish().catch(undefined),
  repair_history: z.array(AttemptReply).nullish().catch(undefined),
});
type RunReply = z.output<typeof RunReply>;
export type RunFacts = Readonly<Record<keyof typeof facts, unknown>>;

/** What Databricks itself calls a run without a name. */
const NAMELESS = "Untitled";

/**
 * Reads one run of a reply. A task that nothing can be made of is left out, and named in `malformed`.
 * @throws {AgentError} `E_REPLY_SHAPE` when it has no ids
 */
export function toRun(item: unknown, what: string): Run {
  const reply = parseReply(RunReply, item, what);
  const malformed: string[] = [];
  return {
    jobId: reply.job_id,
    runId: reply.run_id,
    name: reply.run_name || NAMELESS,
    pageUrl: reply.run_page_url ?? undefined,
    startMs: reply.start_time,
    endMs: reply.end_time,
    outcome: outcomeOf({ state: reply.state, status: reply.status, startMs: reply.start_time }),
    tasks: reply.tasks?.flatMap((task) => toTasks(task, malformed)),
    hasMoreTasks: reply.has_more === true,
    original: reply.repair_history?.filter(({ type }) => type === "ORIGINAL").map(toAttempt)[0],
    repairs: reply.repair_history
      ?.filter(({ type }) => type === "REPAIR")
      .map(toAttempt)
      .toSorted(byStart),
    facts: factsOf(reply),
    malformed,
  };
}

/** A copy, so that the whole reply is not kept with it. */
function factsOf(reply: RunReply): RunFacts {
  const { creator_user_name, number_in_job, original_attempt_run_id, schedule, trigger, run_type } = reply;
  return { creator_user_name, number_in_job, original_attempt_run_id, schedule, trigger, run_type };
}

function toTasks(item: unknown, malformed: string[]): readonly TaskRun[] {
  const { data: reply, error } = TaskReply.safeParse(item);
  const id = reply?.run_id ?? reply?.task_key;
  if (reply === undefined || !id) {
    malformed.push(error?.issues[0]?.message ?? "neither run_id nor task_key");
    return [];
  }
  return [
    {
      id,
      name: reply.task_key || id,
      attempt: reply.attempt_number,
      pageUrl: reply.run_page_url ?? undefined,
      startMs: reply.start_time,
      endMs: reply.end_time,
      outcome: outcomeOf({ state: reply.state, status: reply.status, startMs: reply.start_time }),
    },
  ];
}

function toAttempt({ start_time, end_time, state, status, task_run_ids }: z.output<typeof AttemptReply>): PastAttempt {
  const outcome = outcomeOf({ state, status, startMs: start_time });
  return { startMs: start_time, endMs: end_time, outcome, taskIds: task_run_ids };
}

/** The API does not promise an order. One that has not begun is the last. */
function byStart(one: PastAttempt, other: PastAttempt): number {
  return (one.startMs || LAST_MS) - (other.startMs || LAST_MS);
}

const ListReply = z.looseObject({
  runs: z.array(z.unknown()).nullish(),
  has_more: z.boolean().nullish(),
  next_page_token: z.string().nullish(),
  prev_page_token: z.string().nullish(),
});

/** One page of a list: its entries as they came, since each is read for itself. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Asks for the next page; `undefined` at the last. */
  readonly nextToken: string | undefined;
}

/**
 * Reads a page of runs. Everything in it may be absent.
 * @throws {AgentError} `E_REPLY_SHAPE` for what is no such page, and for one that hides how to go on
 */
export function toPage(body: unknown, what: string): Page<unknown> {
  const { runs, has_more, next_page_token, prev_page_token: _, ...others } = parseReply(ListReply, body, what);
  const isEmpty = runs == null && has_more == null && next_page_token == null;
  if (isEmpty && Object.keys(others).length > 0) {
    const shown = Object.keys(others).slice(0, 5).join(", ");
    throw new AgentError("E_REPLY_SHAPE", `${what} answered without runs, but with ${shown}: this is no list of runs.`);
  }
  if (has_more === true && !next_page_token) {
    throw new AgentError("E_REPLY_SHAPE", `${what} answered that there are more runs, without a next_page_token.`);
  }
  return { items: runs ?? [], nextToken: (has_more !== false && next_page_token) || undefined };
}

const MorePages = z.object({ next_page_token: z.string().min(1) });

/** What asks for more of the tasks of a run; `undefined` when that was all. */
export function nextTokenOf(body: unknown): string | undefined {
  return MorePages.safeParse(body).data?.next_page_token;
}

/** A run of which a further page has shown more tasks. */
export function withMore(run: Run, more: Run): Run {
  return {
    ...run,
    tasks: [...(run.tasks ?? []), ...(more.tasks ?? [])],
    original: run.original ?? more.original,
    repairs: run.repairs && [...run.repairs, ...(more.repairs ?? [])].toSorted(byStart),
    malformed: [...run.malformed, ...more.malformed],
  };
}
