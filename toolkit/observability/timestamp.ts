import { AgentError } from "../errors.ts";

/** A time as it was written: its digits, and the offset that came with them. */
export interface WrittenTime {
  /** The date and time digits read as if they were UTC, whole seconds, in epoch milliseconds. */
  readonly wallMs: number;
  /** 0 to 999,999. */
  readonly microseconds: number;
  /** East of UTC; undefined when none was given. */
  readonly offsetMinutes: number | undefined;
}

const date = String.raw`(\d{4})-(\d{1,2})-(\d{1,2})`;
const time = String.raw`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d{0,6})?)?`;
const offset = String.raw`(Z|[+-]\d{2}(?::?\d{2})?)?`;
const writtenTime = new RegExp(`^${date}[T ]${time}${offset}$`);

/**
 * Reads a time the way the server does: `YYYY-M-D`, `T` or a space, `H:M[:S[.f]]`, and perhaps `Z` or an offset.
 * Fraction digits past the sixth are dropped.
 * @returns undefined when the server would refuse the text
 * @see observability-api.md, 6.2
 */
export function parseTime(text: string): WrittenTime | undefined {
  const match = writtenTime.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = 0, fraction = "", offset] = match;
  const wallMs = toWallMs(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  const offsetMinutes = toOffsetMinutes(offset);
  if (wallMs === undefined || (offsetMinutes !== undefined && Math.abs(offsetMinutes) >= 24 * 60)) return undefined;
  return { wallMs, microseconds: Number(fraction.padEnd(6, "0")), offsetMinutes };
}

/** Undefined unless it is a real date of the years 1 to 9999 and a real time (no 24:00, no second 60). */
function toWallMs(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf(month, year)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year + calendarYears, month - 1, day, hour, minute, second) - calendarMs;
}

/** The calendar repeats itself after so many. Without them, `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
const calendarYears = 400;
const calendarMs = 146_097 * 24 * 60 * 60 * 1000;

function daysOf(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function toOffsetMinutes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(":", ""));
  return text.startsWith("-") ? -minutes : minutes;
}

/** The server's normal form: offset kept, six fraction digits or none, `+00:00` when there was no offset. */
export function formatWrittenTime({ wallMs, microseconds, offsetMinutes = 0 }: WrittenTime): string {
  const minutes = Math.abs(offsetMinutes);
  const hh = String(Math.trunc(minutes / 60)).padStart(2, "0");
  const mm = String(minutes % 60).padStart(2, "0");
  return `${formatDigits(wallMs, microseconds)}${offsetMinutes < 0 ? "-" : "+"}${hh}:${mm}`;
}

function formatDigits(wallMs: number, microseconds: number, seconds = isoSeconds(wallMs)): string {
  return microseconds === 0 ? seconds : `${seconds}.${String(microseconds).padStart(6, "0")}`;
}

function isoSeconds(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, SECONDS_LENGTH);
}

const SECONDS_LENGTH = "YYYY-MM-DDTHH:MM:SS".length;

/**
 * A moment in the wire format: `YYYY-MM-DDTHH:MM:SS[.ffffff]+00:00`, always UTC, the fraction left out when zero.
 * Microseconds of the source are kept, digits past them are cut.
 * @param moment a `Date`, epoch milliseconds (a fraction counts as microseconds) or a text that `parseTime` reads, without
 *   offset taken as UTC
 * @throws {AgentError} `E_TIMESTAMP_INVALID` when it is no moment of the years 1 to 9999
 */
export function toTimestamp(moment: Date | number | string): string {
  const split = typeof moment === "string" ? splitText(moment) : splitEpoch(Number(moment));
  if (split === undefined || !(split.utcMs >= firstMs && split.utcMs < endMs)) throw invalid(moment);
  return `${formatDigits(split.utcMs, split.microseconds, split.seconds)}+00:00`;
}

const firstMs = Date.parse("0001-01-01T00:00:00Z");
const endMs = Date.parse("+010000-01-01T00:00:00Z");

interface SplitMoment {
  /** Whole seconds. */
  readonly utcMs: number;
  readonly microseconds: number;
  /** `utcMs` in the wire format, if it came like that. */
  readonly seconds?: string | undefined;
}

function splitText(text: string): SplitMoment | undefined {
  const written = parseTime(text);
  if (written === undefined) return undefined;
  const { wallMs, microseconds, offsetMinutes = 0 } = written;
  const seconds = offsetMinutes === 0 && isPadded(text) ? text.slice(0, SECONDS_LENGTH) : undefined;
  return { utcMs: wallMs - offsetMinutes * 60_000, microseconds, seconds };
}

/** Has a time that `parseTime` reads two digits everywhere, and a `T`? Then its first 19 characters are the wire format's. */
function isPadded(text: string): boolean {
  return text[10] === "T" && text[13] === ":" && text[16] === ":" && /\d/.test(text[SECONDS_LENGTH - 1] ?? "");
}

function splitEpoch(epochMs: number): SplitMoment {
  const wholeMs = Math.floor(epochMs);
  // A double holds a fraction of today's epoch milliseconds to a quarter of a microsecond: round off only its own error.
  const epochSecond = Math.floor(wholeMs / 1000);
  const microseconds = (wholeMs - epochSecond * 1000) * 1000 + Math.round((epochMs - wholeMs) * 1000);
  return microseconds < 1_000_000
    ? { utcMs: epochSecond * 1000, microseconds }
    : { utcMs: epochSecond * 1000 + 1000, microseconds: 0 };
}

function invalid(moment: Date | number | string): AgentError {
  // Not as JSON: there, `NaN` is null.
  const shown = typeof moment === "string" ? JSON.stringify(moment) : String(Number(moment));
  return new AgentError(
    "E_TIMESTAMP_INVALID",
    `${shown.slice(0, 80)} is not a time that can be sent; give a Date, epoch milliseconds or a text like ` +
      "2024-05-01T00:02:00.722751+00:00, in the years 1 to 9999.",
  );
}
