import type { ReplyObject } from "../workspace/index.ts";
import { invalidParameter } from "./api-error.ts";
import { type Cursor, toPageToken } from "./page-token.ts";
import type { Parameters } from "./parameters.ts";

/** A place in a list that is sorted by a number and, where that is the same, by id: it stays what it is when others come. */
export interface Key {
  readonly place: number;
  readonly id: bigint;
}

export interface Page<Item> {
  /** The newest first. */
  readonly items: readonly Item[];
  /** `has_more` and the tokens, as the API has them. */
  readonly fields: ReplyObject;
}

const maxOffset = 10_000;

/**
 * A page of a list that is shown from its end, by where the last page ended and not by a count: what is added meanwhile
 * moves nothing. `offset` is the API's old way, which does not have this.
 * @param all the oldest first
 * @throws {ApiError} 400
 */
export function pageOf<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => Key,
  parameters: Parameters,
  limits: { readonly usual: number; readonly max: number },
): Page<Item> {
  const limit = parameters.limit(limits);
  const cursor = parameters.cursor();
  const items = cursor === undefined ? fromOffset(all, parameters, limit) : from(all, keyOf, cursor, limit);
  const [newest, oldest] = [items.at(0), items.at(-1)];
  const hasMore = oldest !== undefined && oldest !== all[0];
  const hasNewer = cursor !== undefined && newest !== undefined && newest !== all.at(-1);
  return {
    items,
    fields: {
      has_more: hasMore,
      next_page_token: hasMore ? toPageToken({ direction: "next", ...keyOf(oldest) }) : undefined,
      prev_page_token: hasNewer ? toPageToken({ direction: "previous", ...keyOf(newest) }) : undefined,
    },
  };
}

function from<Item>(all: readonly Item[], keyOf: (item: Item) => Key, cursor: Cursor, limit: number) {
  if (cursor.direction === "next") {
    const end = all.findLastIndex((item) => compareKeys(keyOf(item), cursor) < 0) + 1;
    return all.slice(Math.max(0, end - limit), end).reverse();
  }
  const begin = all.findIndex((item) => compareKeys(keyOf(item), cursor) > 0);
  return begin === -1 ? [] : all.slice(begin, begin + limit).reverse();
}

function fromOffset<Item>(all: readonly Item[], parameters: Parameters, limit: number): readonly Item[] {
  const offset = parameters.time("offset") ?? 0;
  if (offset < 0 || offset > maxOffset) throw tooFar(offset);
  const end = Math.max(0, all.length - offset);
  return all.slice(Math.max(0, end - limit), end).reverse();
}

function tooFar(offset: number) {
  const how = "Use the page_token parameter to paginate.";
  return invalidParameter(`The supplied offset ${offset} is not within 0 and ${maxOffset}. ${how}`);
}

function compareKeys(one: Key, other: Key): number {
  if (one.place !== other.place) return one.place - other.place;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
