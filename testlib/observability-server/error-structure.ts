import type { z } from "zod";
import { messages } from "../../toolkit/observability/index.ts";
import type { PythonValue } from "./python-literal.ts";

// A Map and not an object: it keeps the order of keys like "5", and tells them from list positions.
type Errors = Map<string | number, PythonValue>;

/** The issues as the server nests them: by field and list position, a list of texts for each. */
export function toErrorStructure(issues: readonly z.core.$ZodIssue[]): PythonValue {
  const root: Errors = new Map();
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) addMessage(root, [...issue.path, key], issue.message);
    } else {
      addIssue(root, issue);
    }
  }
  return root;
}

function addIssue(root: Errors, issue: z.core.$ZodIssue): void {
  const isAboutObject = issue.message === messages.notAnObject;
  const path = isAboutObject ? [...issue.path, "_schema"] : issue.path;
  // Some errors are no list of texts; the schema gives these as they are.
  const given = issue.code === "custom" ? issue.params?.["error"] : undefined;
  if (given === undefined) addMessage(root, path, issue.message);
  else errorsAt(root, path.slice(0, -1)).set(toKey(path.at(-1)), given);
}

function addMessage(root: Errors, path: readonly PropertyKey[], message: string): void {
  const parent = errorsAt(root, path.slice(0, -1));
  const key = toKey(path.at(-1));
  const present = parent.get(key);
  parent.set(key, Array.isArray(present) ? [...present, message] : [message]);
}

/** The errors of the object or list at the path, made when there are none yet. */
function errorsAt(root: Errors, path: readonly PropertyKey[]): Errors {
  let errors = root;
  for (const step of path) {
    const key = toKey(step);
    const present = errors.get(key);
    const next: Errors = present instanceof Map ? present : new Map();
    if (next !== present) errors.set(key, next);
    errors = next;
  }
  return errors;
}

function toKey(step: PropertyKey | undefined): string | number {
  return typeof step === "number" ? step : String(step);
}
