import type { ReplyObject } from "../workspace/index.ts";
import { invalidParameter } from "./api-error.ts";
import type { Call } from "./call.ts";
import { toPageToken } from "./page-token.ts";

/** The most elements that version 2.2 shows of a list in one answer. */
export const maxElements = 100;

/** A list in a job or run. It only grows at its end, so that a position stays what it is. */
export interface List {
  readonly length: number;
  slice(from: number, to: number): readonly ReplyObject[];
}

/**
 * All lists of a job or run: in version 2.1 whole, in 2.2 a page of each. On the first page empty ones are left out, on
 * later ones those that are exhausted are empty.
 * @throws {ApiError} 400 for a token that belongs elsewhere
 */
export function listFields(
  { parameters, viewer }: Call,
  id: bigint,
  lists: Readonly<Record<string, List>>,
): ReplyObject {
  if (!viewer.pagesLists) return slices(lists, 0, Number.POSITIVE_INFINITY);
  const cursor = parameters.cursor();
  if (cursor !== undefined && cursor.id !== id)
    throw invalidParameter(`Invalid page token: ${parameters.text("page_token")}`);
  const from = cursor?.place ?? 0;
  const to = from + maxElements;
  const token = (direction: "next" | "previous", place: number) => toPageToken({ direction, place, id });
  return {
    ...slices(lists, from, to),
    next_page_token: Object.values(lists).some(({ length }) => length > to) ? token("next", to) : undefined,
    prev_page_token: from > 0 ? token("previous", Math.max(0, from - maxElements)) : undefined,
  };
}

/** Of the lists in a list: their first elements, and whether there are more. */
export function firstElements({ viewer }: Call, lists: Readonly<Record<string, List>>): ReplyObject {
  if (!viewer.pagesLists) return slices(lists, 0, Number.POSITIVE_INFINITY);
  const isCut = Object.values(lists).some(({ length }) => length > maxElements);
  return { ...slices(lists, 0, maxElements), has_more: isCut ? true : undefined };
}

function slices(lists: Readonly<Record<string, List>>, from: number, to: number): ReplyObject {
  const shown = Object.entries(lists).filter(([, { length }]) => length > 0 || from > 0);
  return Object.fromEntries(shown.map(([name, list]) => [name, list.slice(from, to)]));
}
