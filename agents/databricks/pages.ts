import type { Operation } from "effection";
import { AgentError } from "../../toolkit/index.ts";

/** No list of runs is as long; a server that makes up tokens without end must not be followed without end. */
const MAX_PAGES = 10_000;

/**
 * Reads page after page.
 * @param read gets the token that asks for the page; `undefined` for the first
 * @param take is called with each page before the next is read, so that what came is not lost with what does not come
 * @throws {AgentError} `E_DATABRICKS_PAGES` when the pages go round in a circle, or have no end
 */
export function* readPages<Page extends { readonly nextToken: string | undefined }>(
  what: string,
  read: (token: string | undefined) => Operation<Page>,
  take: (page: Page) => Operation<void>,
): Operation<void> {
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const page = yield* read(token);
    yield* take(page);
    token = page.nextToken;
    if (token === undefined) return;
    if (tokens.has(token) || tokens.size >= MAX_PAGES) throw noEnd(what, token, tokens.size);
    tokens.add(token);
  } while (true);
}

function noEnd(what: string, token: string, pages: number): AgentError {
  const how =
    pages >= MAX_PAGES ? `has more than ${MAX_PAGES} pages: the last one has` : "leads in a circle: a page has";
  return new AgentError("E_DATABRICKS_PAGES", `${what} ${how} next_page_token "${token.slice(0, 100)}".`, {
    retryable: true,
  });
}
