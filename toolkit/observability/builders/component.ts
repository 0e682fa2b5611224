import type { JsonObject } from "../../json.ts";
import { componentKeys } from "../schemas/rules.ts";
import { FieldProblem } from "./field-problem.ts";

/** @throws {FieldProblem} unless exactly one component is named, and the run with it when that is a pipeline */
export function checkComponent(body: JsonObject): void {
  const set = componentKeys.filter((key) => body[key] !== undefined);
  if (set.length === 0) {
    throw new FieldProblem(componentKeys.join(", "), "are all missing or empty; one must say what the event is about");
  }
  if (set.length > 1) throw new FieldProblem(set.join(" and "), "are both set; an event is about one thing");
  if (body["pipeline_key"] !== undefined && body["run_key"] === undefined) {
    throw new FieldProblem("run_key", "is missing or empty; with pipeline_key it says which run is meant");
  }
}
