import { isList } from "../api/json-text.ts";
import { toPageToken } from "../api/page-token.ts";
import type { ReplyObject, ReplyValue } from "../workspace/index.ts";
import type { DatabricksFault } from "./fault.ts";

/** Faults that need more than a word. */
export const databricksFault = {
  /** 429, as the API throttles; without `Retry-After` when no time is given. */
  tooManyRequests(retryAfterSeconds?: number): DatabricksFault {
    return { status: 429, ...retryAfter(retryAfterSeconds) };
  },

  unavailable(retryAfterSeconds?: number): DatabricksFault {
    return { status: 503, ...retryAfter(retryAfterSeconds) };
  },

  /** 200 and HTML: a proxy, or a browser's sign-in page, in place of the API. */
  signInPage(): DatabricksFault {
    const body = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>";
    return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body };
  },

  /** The answer without these fields, wherever they stand in it. */
  without(...fields: readonly string[]): DatabricksFault {
    return { edit: (body) => mapFields(body, (field, value) => (fields.includes(field) ? undefined : value)) };
  },

  /** Everything is in a state that nobody has heard of. */
  unknownState(state = "HIBERNATING"): DatabricksFault {
    const stateFields = new Set(["life_cycle_state", "state"]);
    return {
      edit: (body) =>
        mapFields(body, (field, value) => (stateFields.has(field) && typeof value === "string" ? state : value)),
    };
  },

  /** Each page says that there is another one, and it is this same page again. */
  loopingPageToken(): DatabricksFault {
    return {
      edit: (body, { query }) => ({ ...body, has_more: true, next_page_token: query["page_token"] ?? beginning }),
      shows: true,
    };
  },

  /** No runs, and yet there is more; the next page is the one that this should have been. */
  emptyPage(): DatabricksFault {
    return {
      edit: (_body, { query }) => ({ has_more: true, next_page_token: query["page_token"] ?? beginning }),
    };
  },

  /** One more entry in the list of runs, or of tasks in `runs/get`: the first one. All others are good. */
  strayRecord(record: ReplyValue): DatabricksFault {
    const add = (value: ReplyValue | undefined) => [record, ...(isList(value) ? value : [])];
    return {
      edit: (body) =>
        "job_id" in body ? { ...body, tasks: add(body["tasks"]) } : { ...body, runs: add(body["runs"]) },
      shows: true,
    };
  },
} as const;

/** The page that comes without a token has this one too. */
const beginning = toPageToken({ direction: "next", place: Number.MAX_SAFE_INTEGER, id: 0n });

function retryAfter(seconds: number | undefined) {
  return seconds === undefined ? {} : { headers: { "retry-after": String(seconds) } };
}

type FieldMap = (field: string, value: ReplyValue | undefined) => ReplyValue | undefined;

function mapFields(body: ReplyObject, map: FieldMap): ReplyObject {
  const entries = Object.entries(body).map(([field, value]) => [field, mapValue(map(field, value), map)]);
  return Object.fromEntries(entries);
}

function mapValue(value: ReplyValue | undefined, map: FieldMap): ReplyValue | undefined {
  if (isList(value)) return value.map((each) => mapValue(each, map) ?? null);
  return typeof value === "object" && value !== null ? mapFields(value, map) : value;
}
