import type { z } from "zod";
import { AgentError } from "../../toolkit/index.ts";

/** More are rarely news: usually one difference, seen in each item of a list. */
const MAX_PROBLEMS = 5;

/**
 * Checks that a reply has the shape we rely on, and gives it its type.
 * @throws {AgentError} `E_REPLY_SHAPE`, naming the path of each difference: `runs.0.id: Invalid input: expected string, …`
 */
export function parseReply<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { issues } = result.error;
  const shown = issues
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) => `${path.map(String).join(".") || "(all of it)"}: ${message}`);
  const more = issues.length > MAX_PROBLEMS ? `; ${issues.length - MAX_PROBLEMS} more` : "";
  const message = `The reply does not look as expected: ${shown.join("; ")}${more}.`;
  throw new AgentError("E_REPLY_SHAPE", message, { cause: result.error });
}
