import type { DatabricksObligation } from "../../../testlib/index.ts";
import type { Finding } from "../checker/finding.ts";
import type { SentEvent } from "./source.ts";

/** What an event says: a status, or a message of some level. */
interface Said {
  readonly run: string;
  /** Empty for the run itself. */
  readonly task: string;
  readonly what: string;
  readonly atMs: number;
}

/**
 * What the comparison of statuses leaves out. Each status has the time of a change that was shown, and with each end come
 * its messages: ERROR with FAILED, WARNING with the warnings of a run, INFO with the end of a repair.
 * @param events of each that came, one
 */
export function judgeDetails(shown: readonly DatabricksObligation[], events: readonly SentEvent[]): readonly Finding[] {
  const changes = Map.groupBy(shown.map(toChange), ({ said }) => withoutTime(said));
  const statuses = events.filter(({ type }) => type === "run-status").map(toSaid);
  const messages = events.filter(({ type }) => type === "message-log").map(toSaid);
  // One that was never shown at all is the comparison's to find.
  const wrong = statuses.filter((said) => changes.get(withoutTime(said))?.every((change) => !isAt(change, said.atMs)));
  const isOfRepair = (said: Said) =>
    changes.get(withoutTime(said))?.some((change) => change.isRepair && isAt(change, said.atMs)) === true;
  const owed = Map.groupBy(
    statuses.flatMap((said) => messagesOf(said, isOfRepair(said))),
    describe,
  );
  const came = Map.groupBy(messages, describe);
  const count = (said: Said) => (came.get(describe(said))?.length ?? 0) - (owed.get(describe(said))?.length ?? 0);
  return [
    ...wrong.map((said) => toFinding("wrong time", said)),
    ...[...owed.values()].flatMap(([said]) => (said && count(said) < 0 ? [toFinding("missing", said)] : [])),
    ...[...came.values()].flatMap(([said]) => (said && count(said) > 0 ? [toFinding("not promised", said)] : [])),
  ];
}

interface Change {
  readonly said: Said;
  readonly isRepair: boolean;
}

function toChange({ pipeline, run, task = "", status, at, repair }: DatabricksObligation): Change {
  return { said: { run: `${pipeline}/${run}`, task, what: status, atMs: at }, isRepair: repair > 0 };
}

function isAt({ said }: Change, atMs: number): boolean {
  return said.atMs === atMs;
}

function toSaid({ body }: SentEvent): Said {
  const { pipeline_key, run_key, task_key, status, log_level, event_timestamp } = body;
  return {
    run: `${pipeline_key}/${run_key}`,
    task: String(task_key ?? ""),
    what: String(status ?? log_level),
    atMs: Date.parse(String(event_timestamp)),
  };
}

function messagesOf(status: Said, isOfRepair: boolean): readonly Said[] {
  const { task, what } = status;
  if (what === "RUNNING") return [];
  const levels = [
    what === "FAILED" && "ERROR",
    what === "COMPLETED_WITH_WARNINGS" && task === "" && "WARNING",
    isOfRepair && task === "" && "INFO",
  ];
  return levels.filter((level) => level !== false).map((level) => ({ ...status, what: level }));
}

const withoutTime = ({ run, task, what }: Said): string => `${run} ${task} ${what}`;

/** `run 7/901, task load: ERROR at 2026-05-01T00:00:00.000Z` */
function describe({ run, task, what, atMs }: Said): string {
  return `run ${run}${task === "" ? "" : `, task ${task}`}: ${what} at ${new Date(atMs).toISOString()}`;
}

function toFinding(kind: Finding["kind"], said: Said): Finding {
  return { kind, run: said.run, text: describe(said) };
}
