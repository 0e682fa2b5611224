import { HttpStatusError } from "../../framework/http/index.ts";
import { AgentError } from "../../toolkit/index.ts";

/** What a look at one run that failed means for the next. */
export type Trouble = "gone" | "refused" | "other";

/** Databricks answers 400 for a run that it does not know, or not any more; other versions of it 404. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof HttpStatusError)) return "other";
  if (error.status === 400 || error.status === 404) return "gone";
  return error.status === 403 ? "refused" : "other";
}

/** Of a list of one job's runs: is it refused because that job is not there, or not for us? */
export function isAboutJob(error: unknown): boolean {
  return troubleOf(error) !== "other";
}

/** Says what to do where the credentials are to blame; other errors say that themselves. */
export function explained(error: unknown): unknown {
  if (!(error instanceof HttpStatusError) || (error.status !== 401 && error.status !== 403)) return error;
  const check =
    "Check that the token or secret is right, has not expired and is of the workspace that databricks_host names";
  const may = ", and that its user or service principal may see the jobs (CAN VIEW).";
  const what = `Databricks does not let the agent list runs (${error.status}). ${check}${error.status === 403 ? may : "."}`;
  return new AgentError("E_DATABRICKS_REFUSED", what, { cause: error, retryable: true });
}

/** Does it take a person to mend it? */
export function isRefusal(error: unknown): error is AgentError {
  return error instanceof AgentError && (error.code === "E_DATABRICKS_REFUSED" || error.code === "E_AUTH_REFUSED");
}
