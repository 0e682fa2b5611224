import type { Operation } from "effection";
import { z } from "zod";
import { type Handle, runHandle } from "../../../framework/core/index.ts";
import { type HttpClient, parseReply } from "../../../framework/http/index.ts";
import { runStatuses } from "../../../toolkit/observability/index.ts";

const Status = z.enum(runStatuses);
const ListedRun = z.object({
  id: z.string(),
  pipeline: z.string(),
  changed_at: z.number(),
  started_at: z.number(),
  ended: z.object({ at: z.number(), status: Status }).optional(),
});
/** A run as the tool lists it. Times are epoch ms by the tool's clock. */
export type ListedRun = z.output<typeof ListedRun>;

const Page = z.object({ as_of: z.number(), runs: z.array(ListedRun), next: z.string().optional() });
type Page = z.output<typeof Page>;

const Step = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("run"), atMs: z.number(), status: Status }),
  z.object({ kind: z.literal("task"), atMs: z.number(), task: z.string(), attempt: z.number(), status: Status }),
  z.object({ kind: z.literal("message"), atMs: z.number(), task: z.string(), text: z.string() }),
  z.object({ kind: z.literal("metric"), atMs: z.number(), rows: z.number() }),
]);
export type Step = z.output<typeof Step>;

export interface PageInput {
  readonly since: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** One page of the runs that changed at or after a time. A poll that fails is repeated by its loop, not here. */
export function listRuns(http: HttpClient): Handle<PageInput, unknown, Page> {
  return {
    name: "oracle.list_runs",
    *preHook() {},
    *handle({ since, after }) {
      return yield* http.getJson("runs", { query: { since, ...(after && { after }) }, retry: { attempts: 1 } });
    },
    *postHook(body) {
      return parseReply(Page, body);
    },
  };
}

/** All that has happened in a run, in order. */
export function getHistory(http: HttpClient): Handle<string, unknown, readonly Step[]> {
  return {
    name: "oracle.get_history",
    *preHook() {},
    *handle(id) {
      return yield* http.getJson(`runs/${id}`, { retry: { attempts: 1 } });
    },
    *postHook(body) {
      return parseReply(z.array(Step), body);
    },
  };
}

/** @returns the runs of all pages, or of the first ones when there are many; and up to when that is all, by the tool's clock */
export function* changedRuns(
  list: Handle<PageInput, unknown, Page>,
  since: number,
  many: number,
): Operation<{ readonly asOf: number; readonly runs: readonly ListedRun[] }> {
  const first = yield* runHandle(list, { since });
  const runs = [...first.runs];
  for (let after = first.next; after !== undefined; ) {
    if (runs.length >= many) return { asOf: runs.at(-1)?.changed_at ?? since, runs };
    const page = yield* runHandle(list, { since, after });
    runs.push(...page.runs);
    after = page.next;
  }
  return { asOf: first.as_of, runs };
}
