import { type Entry, isEnded, type Phase, type ReplyObject } from "../workspace/index.ts";

/** One phase in both of the API's languages: the deprecated `state`, and `status`. */
export function stateFields({ phase }: Entry): ReplyObject {
  return { state: toState(phase), status: toStatus(phase) };
}

const usualReason = "Queued due to reaching maximum concurrent runs of 1.";

function toState({ state, result, message = "" }: Phase): ReplyObject {
  return {
    life_cycle_state: state,
    result_state: result,
    state_message: message,
    user_cancelled_or_timedout: result === "CANCELED" || result === "TIMEDOUT",
    queue_reason: state === "QUEUED" ? message || usualReason : undefined,
  };
}

function toStatus(phase: Phase): ReplyObject {
  const { state, message = usualReason } = phase;
  if (isEnded(phase)) return { state: "TERMINATED", termination_details: toTerminationDetails(phase) };
  if (state === "QUEUED") return { state, queue_details: { code: "MAX_CONCURRENT_RUNS_REACHED", message } };
  return { state: state === "WAITING_FOR_RETRY" ? "WAITING" : state };
}

function toTerminationDetails({ state, result, code, type, message = "" }: Phase): ReplyObject {
  const [usualCode, usualType] = detailsOf(state === "TERMINATED" ? (result ?? "") : state);
  return { code: code ?? usualCode, type: type ?? usualType, message };
}

function detailsOf(result: string): readonly [code: string, type: string] {
  switch (result) {
    case "SUCCESS":
    case "SUCCESS_WITH_FAILURES":
      return [result, "SUCCESS"];
    case "CANCELED":
      return ["USER_CANCELED", "CLIENT_ERROR"];
    case "TIMEDOUT": // the platform cancels what exceeds its time
      return ["CANCELED", "CLIENT_ERROR"];
    case "MAXIMUM_CONCURRENT_RUNS_REACHED":
      return ["MAX_CONCURRENT_RUNS_EXCEEDED", "CLIENT_ERROR"];
    case "DISABLED":
      return ["DISABLED", "CLIENT_ERROR"];
    case "SKIPPED":
    case "EXCLUDED":
    case "UPSTREAM_FAILED":
    case "UPSTREAM_CANCELED": // never executed
      return ["SKIPPED", "CLIENT_ERROR"];
    case "INTERNAL_ERROR":
      return ["INTERNAL_ERROR", "INTERNAL_ERROR"];
    default:
      return ["RUN_EXECUTION_ERROR", "CLIENT_ERROR"];
  }
}
