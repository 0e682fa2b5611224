import { z } from "zod";
import { AgentError } from "../../toolkit/index.ts";

/** More are rarely news: usually one difference, seen in each item of a list. */
const MAX_PROBLEMS = 5;

/**
 * Checks that a reply has the shape we rely on, and gives it its type.
 * @param what begins the message; the response's `description` says which reply it is
 * @throws {AgentError} `E_REPLY_SHAPE`, naming the path of each difference: `runs[0].id: Invalid input: expected string, …`
 */
export function parseReply<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  what = "The server",
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { issues } = result.error;
  const shown = issues.slice(0, MAX_PROBLEMS).map(describeIssue).join("; ");
  const more = issues.length > MAX_PROBLEMS ? `; ${issues.length - MAX_PROBLEMS} more` : "";
  const message = `${what} answered in another shape than expected: ${shown}${more}.`;
  throw new AgentError("E_REPLY_SHAPE", message, { cause: result.error });
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return `${z.core.toDotPath(path) || "(all of it)"}: ${message}`;
}

/**
 * An id in a reply, as text: some tools send numbers of 64 bits, which `HttpResponse.json()` gives as a number or a
 * bigint, as their size demands.
 */
export function jsonId() {
  const error = "Invalid input: expected an id (text or a whole number)";
  return z.union([z.string().min(1, { error }), z.int(), z.bigint()], { error }).transform(String);
}
