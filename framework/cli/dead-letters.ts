import { AgentError } from "../../toolkit/errors.ts";
import type { DeadLetter, EventStore } from "../delivery/index.ts";
import { laneName, oneLine, type Terminal, table } from "./terminal.ts";

const DAY_MS = 86_400_000;

/** Which dead letters a command is for. */
export interface Selection {
  readonly ids: readonly number[];
  readonly all?: boolean;
  /** In days. */
  readonly olderThan?: number;
}

export function listDeadLetters(
  store: EventStore,
  { limit, after, json }: { readonly limit: number; readonly after?: number; readonly json?: boolean },
  terminal: Terminal,
): void {
  const letters = store.deadLetters({ limit, afterId: after ?? 0 });
  if (json) {
    for (const letter of letters) terminal.out(`${JSON.stringify(toJson(letter))}\n`);
    return;
  }
  if (letters.length === 0) {
    terminal.out(after === undefined ? "There are no dead letters.\n" : `There are no dead letters after ${after}.\n`);
    return;
  }
  terminal.out(table(["ID", "REFUSED", "STATUS", "EVENT", "OF", "ANSWER"], letters.map(toRow)));
  const left = store.deadLetterCount() - letters.length;
  if (left > 0 && letters.length === limit) terminal.out(`More: --after ${letters.at(-1)?.id}\n`);
}

export function showDeadLetter(
  store: EventStore,
  id: number,
  { json }: { readonly json?: boolean },
  terminal: Terminal,
): void {
  const letter = store.deadLetter(id);
  if (letter === undefined) throw unknownId(id);
  if (json) {
    terminal.out(`${JSON.stringify(toJson(letter))}\n`);
    return;
  }
  const rows = [
    ["event", letter.type],
    ["of", laneName(letter.lane)],
    ["emitted", toTime(letter.queuedAt)],
    ["refused", `${toTime(letter.refusedAt)} with status ${letter.status}`],
    ["answer", oneLine(letter.answer, 1_000)],
  ] as const;
  terminal.out(table([`dead letter ${id}`, ""], rows));
  terminal.out(`${JSON.stringify(JSON.parse(letter.body), undefined, 2)}\n`);
}

/** Queues them again, as new events. A running agent sends them within a second or so. */
export function replayDeadLetters(store: EventStore, selection: Selection, terminal: Terminal): void {
  const replayed = store.replay(selection.all === true ? "all" : known(store, selection.ids));
  terminal.out(`${count(replayed)} queued again.\n`);
}

export function purgeDeadLetters(store: EventStore, selection: Selection, terminal: Terminal): void {
  terminal.out(`${count(store.purge(whichToPurge(store, selection)))} deleted.\n`);
}

function whichToPurge(store: EventStore, { ids, all, olderThan }: Selection) {
  if (olderThan !== undefined) return { olderThan: Date.now() - olderThan * DAY_MS };
  return all === true ? "all" : known(store, ids);
}

/** All or none: a mistyped number must not leave half of a command done. */
function known(store: EventStore, ids: readonly number[]): readonly number[] {
  for (const id of ids) if (store.deadLetter(id) === undefined) throw unknownId(id);
  return ids;
}

function unknownId(id: number): AgentError {
  return new AgentError("E_NO_DEAD_LETTER", `There is no dead letter ${id}. "dlq list" shows those there are.`);
}

function count(letters: number): string {
  return letters === 1 ? "1 dead letter" : `${letters} dead letters`;
}

function toRow({ id, refusedAt, status, type, lane, answer }: DeadLetter): readonly string[] {
  return [`${id}`, toTime(refusedAt), `${status}`, type, laneName(lane), oneLine(answer, 80)];
}

function toJson({ body, ...letter }: DeadLetter) {
  return { ...letter, body: JSON.parse(body) };
}

function toTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
