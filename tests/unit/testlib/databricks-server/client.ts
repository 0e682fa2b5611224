import type { Operation } from "effection";
import type { DatabricksServer } from "../../../../testlib/databricks-server/index.ts";
import { type JsonArray, type JsonObject, type JsonValue, parseJson } from "../../../../toolkit/index.ts";
import { type Answer, send } from "../observability-server/client.ts";

export interface Asked extends Answer {
  /** The JSON of the answer, no digit lost. */
  readonly body: JsonObject;
  readonly runs: readonly JsonObject[];
  readonly tasks: readonly JsonObject[];
  readonly nextToken: string | undefined;
}

type Query = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

interface AskOptions {
  readonly version?: string;
  /** The header; the server's own token by default. */
  readonly authorization?: string | undefined;
}

/** Asks the Jobs API 2.2: `ask(databricks, "runs/list", { limit: 2 })`. */
export function* ask(
  databricks: Pick<DatabricksServer, "url" | "auth">,
  path: string,
  query: Query = {},
  options: AskOptions = {},
): Operation<Asked> {
  const { version = "2.2" } = options;
  const authorization = "authorization" in options ? options.authorization : `Bearer ${databricks.auth.token}`;
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  const text = given.toString();
  const answer = yield* send(databricks, {
    method: "GET",
    path: `api/${version}/jobs/${path}${text && `?${text}`}`,
    headers: authorization === undefined ? {} : { authorization },
  });
  return {
    ...answer,
    get body() {
      return objectOf(parseJson(answer.text));
    },
    get runs() {
      return listIn(this.body, "runs");
    },
    get tasks() {
      return listIn(this.body, "tasks");
    },
    get nextToken() {
      const { next_page_token: token } = this.body;
      return typeof token === "string" ? token : undefined;
    },
  };
}

/** All pages of a list, one after the other. */
export function* askAll(databricks: DatabricksServer, path: string, query: Query = {}): Operation<readonly Asked[]> {
  const pages: Asked[] = [];
  let page_token: string | undefined;
  do {
    const page: Asked = yield* ask(databricks, path, { ...query, page_token });
    pages.push(page);
    page_token = page.nextToken;
  } while (page_token !== undefined);
  return pages;
}

export function listIn(body: JsonObject, field: string): readonly JsonObject[] {
  const value = body[field] ?? [];
  return isList(value) ? value.map(objectOf) : [];
}

export function namesOf({ runs }: Asked): readonly (JsonValue | undefined)[] {
  return runs.map(({ run_name }) => run_name);
}

function objectOf(value: JsonValue): JsonObject {
  if (typeof value === "object" && value !== null && !isList(value)) return value;
  throw new Error(`This is no object: ${String(value)}`);
}

function isList(value: JsonValue): value is JsonArray {
  return Array.isArray(value);
}
