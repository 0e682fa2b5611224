import type { IncomingHttpHeaders } from "node:http";
import { RETRYABLE_STATUSES } from "../errors.ts";

const RESET_HEADERS = ["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"];
const REMAINING_HEADERS = ["x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining"];
/** A reset value beyond a day is a moment (seconds since 1970), not a span. */
const MAX_SPAN_SECONDS = 86_400;

/**
 * How long a refusal asks us to wait: `Retry-After` (seconds or a date), else one of the rate limit headers. Those only
 * count with 429, 503, and 403 with nothing left: many servers send them with every reply. `Retry-After` counts with every
 * status that says "not now".
 * @param nowMs epoch ms
 * @param maxMs what a longer wait is cut to
 * @returns ms, 0 for a moment that has passed; `undefined` when the reply does not say
 */
export function retryDelayMs(
  status: number,
  headers: IncomingHttpHeaders,
  nowMs: number,
  maxMs = Number.POSITIVE_INFINITY,
): number | undefined {
  const isLimit = status === 429 || status === 503 || (status === 403 && isUsedUp(headers));
  if (!isLimit && !RETRYABLE_STATUSES.has(status) && status < 500) return undefined;
  return clamp(retryAfterMs(headers, nowMs) ?? (isLimit ? resetMs(headers, nowMs) : undefined), maxMs);
}

/** After a success: how long to hold back the next request, because this one used up what we were allowed. */
export function paceDelayMs(headers: IncomingHttpHeaders, nowMs: number, maxMs: number): number {
  return isUsedUp(headers) ? (clamp(resetMs(headers, nowMs), maxMs) ?? 0) : 0;
}

function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const seconds = firstOf(headers, ["retry-after"], toNumber);
  if (seconds !== undefined) return seconds * 1000;
  const moment = firstOf(headers, ["retry-after"], toMoment);
  return moment === undefined ? undefined : moment - nowMs;
}

function resetMs(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const seconds = firstOf(headers, RESET_HEADERS, toNumber);
  if (seconds === undefined) return undefined;
  return seconds > MAX_SPAN_SECONDS ? seconds * 1000 - nowMs : seconds * 1000;
}

function isUsedUp(headers: IncomingHttpHeaders): boolean {
  return firstOf(headers, REMAINING_HEADERS, toNumber) === 0;
}

/** What the first of the headers that can be read says; the last value where a server sends several. */
function firstOf(
  headers: IncomingHttpHeaders,
  names: readonly string[],
  read: (text: string) => number | undefined,
): number | undefined {
  for (const name of names) {
    const value = headers[name];
    const text = Array.isArray(value) ? value.at(-1) : value;
    const result = text === undefined ? undefined : read(text.trim());
    if (result !== undefined) return result;
  }
  return undefined;
}

function toNumber(text: string): number | undefined {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/**
 * An HTTP date in epoch ms. All three forms of RFC 9110 (5.6.7) begin with a day and are GMT, which the oldest does not
 * say. Keep the check of the day: `Date.parse` takes "-3" and "try again in 5 minutes" for dates.
 */
function toMoment(text: string): number | undefined {
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined;
  const moment = Date.parse(/ GMT$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(moment) ? undefined : moment;
}

function clamp(delayMs: number | undefined, maxMs: number): number | undefined {
  return delayMs === undefined ? undefined : Math.min(Math.max(delayMs, 0), maxMs);
}
