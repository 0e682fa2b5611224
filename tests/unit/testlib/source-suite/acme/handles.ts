import type { Operation } from "effection";
import { z } from "zod";
import type { HttpSettings } from "../../../../../framework/configuration/index.ts";
import { type Handle, runHandle } from "../../../../../framework/core/index.ts";
import {
  type Authenticator,
  type AuthHeaders,
  type HttpClient,
  httpRequestHandle,
  parseReply,
  useHttpClient,
} from "../../../../../framework/http/index.ts";
import type { Secret } from "../../../../../toolkit/index.ts";

const Status = z.enum(["running", "ok", "failed"]);
export const Run = z.object({
  id: z.string(),
  job: z.string(),
  status: Status,
  changed_at: z.number(),
  tasks: z.array(z.object({ name: z.string(), status: Status })),
});
export type Run = z.output<typeof Run>;

const Page = z.object({ as_of: z.number(), runs: z.array(z.unknown()), next: z.string().optional() });
type Page = z.output<typeof Page>;

export interface PageInput {
  readonly query: Readonly<Record<string, string>>;
}

/** One page of the runs that changed at or after a time. */
export function listRuns(client: HttpClient, retries: boolean): Handle<PageInput, unknown, Page> {
  const retry = retries ? {} : { retry: { attempts: 1 } };
  return httpRequestHandle({ name: "acme.list_runs", client, method: "GET", path: "runs", schema: Page, ...retry });
}

/** All pages. @returns the tool's time at the first, and the entries of them all */
export function* allPages(list: Handle<PageInput, unknown, Page>, sinceMs: number | undefined, pages = 100) {
  const query = sinceMs === undefined ? {} : { since: String(sinceMs) };
  let page = yield* runHandle(list, { query });
  const { as_of, runs } = page;
  for (let more = 1; page.next !== undefined && more < pages; more++) {
    page = yield* runHandle(list, { query: { ...query, page: page.next } });
    runs.push(...page.runs);
  }
  return { asOf: as_of, runs };
}

const Token = z.object({ token: z.string() });

/** A token for the secret, and another when that one is not good any more. */
export function* useAcmeAuth(
  baseUrl: string,
  settings: HttpSettings,
  { secret, renews }: { readonly secret: Secret; readonly renews: boolean },
): Operation<Authenticator> {
  const client = yield* useHttpClient({ baseUrl, settings });
  let current: AuthHeaders | undefined;
  return {
    *headers() {
      if (current !== undefined) return current;
      const { token } = parseReply(Token, yield* client.postJson("token", { secret: secret.reveal() }));
      current = { authorization: `Bearer ${token}` };
      return current;
    },
    *refused(headers) {
      if (renews && current === headers) current = undefined;
      return renews;
    },
  };
}
