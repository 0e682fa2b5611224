import { STATUS_CODES } from "node:http";
import type { ReplyObject } from "../workspace/index.ts";

/** A refusal, as the API answers it: `{"error_code": …, "message": …}`. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";
  readonly status: number;
  readonly errorCode: string;

  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  get body(): ReplyObject {
    return { error_code: this.errorCode, message: this.message };
  }
}

export function invalidParameter(message: string): ApiError {
  return new ApiError(400, "INVALID_PARAMETER_VALUE", message);
}

/** Also for what was deleted, or is too old: the API then answers 400, and sometimes 404. */
export function doesNotExist(what: "Job" | "Run", id: bigint, status: 400 | 404 = 400): ApiError {
  return usualError(status, undefined, `${what} ${id} does not exist.`);
}

export function notPermitted(user: string, job: bigint): ApiError {
  const permissions = "Admin or Manage Run or Owner or View";
  return new ApiError(403, "PERMISSION_DENIED", `User ${user} does not have ${permissions} permissions on job ${job}.`);
}

export function endpointNotFound(method: string, path: string): ApiError {
  const below = path.replace(/^\/api\/\d+\.\d+/, "");
  return new ApiError(404, "ENDPOINT_NOT_FOUND", `No API found for '${method} ${below}'`);
}

const usualCodes: ReadonlyMap<number, string> = new Map([
  [400, "INVALID_PARAMETER_VALUE"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "RESOURCE_DOES_NOT_EXIST"],
  [429, "REQUEST_LIMIT_EXCEEDED"],
  [500, "INTERNAL_ERROR"],
  [501, "NOT_IMPLEMENTED"],
  [503, "TEMPORARILY_UNAVAILABLE"],
]);

const usualMessages: ReadonlyMap<number, string> = new Map([
  [429, "Too many requests; the rate limit of this workspace is exceeded."],
  [500, "There was an internal error. Please try again later."],
  [503, "The service at this path is temporarily unavailable."],
]);

/** The API's own answer with this status. */
export function usualError(status: number, errorCode?: string, message?: string): ApiError {
  return new ApiError(
    status,
    errorCode ?? usualCodes.get(status) ?? String(status),
    message ?? usualMessages.get(status) ?? STATUS_CODES[status] ?? "Unknown",
  );
}
