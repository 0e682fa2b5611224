import { invalidParameter } from "./api-error.ts";
import { type Cursor, fromPageToken } from "./page-token.ts";

const maxInt64 = 2n ** 63n - 1n;

/** The query of a request. What has no name in the API is ignored, as the real server does. */
export class Parameters {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  text(name: string): string | undefined {
    return this.#query.get(name) ?? undefined;
  }

  /** @throws {ApiError} 400 unless it is a whole number of 64 bits */
  int64(name: string): bigint | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
    if (value !== undefined && value <= maxInt64) return value;
    throw invalidParameter(`Invalid ${name} ${text} - it has to be a 64-bit integer.`);
  }

  /** @throws {ApiError} 400 when it is missing or no id */
  requiredId(name: string): bigint {
    const id = this.int64(name);
    if (id !== undefined) return id;
    throw invalidParameter(`Missing required field: ${name}`);
  }

  /** Epoch ms. */
  time(name: string): number | undefined {
    const value = this.int64(name);
    return value === undefined ? undefined : Number(value);
  }

  flag(name: string): boolean {
    const text = this.text(name)?.toLowerCase() ?? "false";
    if (text === "true" || text === "false") return text === "true";
    throw invalidParameter(`Invalid ${name} ${text} - it has to be true or false.`);
  }

  oneOf(name: string, values: readonly string[]): string | undefined {
    const text = this.text(name);
    if (text === undefined || values.includes(text)) return text;
    throw invalidParameter(`Invalid ${name} ${text} - it has to be one of ${values.join(", ")}.`);
  }

  /** 0 asks for as many as there may be. */
  limit({ usual, max }: { readonly usual: number; readonly max: number }): number {
    const limit = this.time("limit") ?? usual;
    if (limit > max) throw invalidParameter(`Invalid limit ${limit} - it has to be no more than ${max}.`);
    if (limit < 0) throw invalidParameter(`Invalid limit ${limit} - it has to be at least 0.`);
    return limit === 0 ? max : limit;
  }

  cursor(): Cursor | undefined {
    const token = this.text("page_token");
    return token === undefined || token === "" ? undefined : fromPageToken(token);
  }
}
