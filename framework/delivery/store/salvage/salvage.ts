import { Connection } from "../connection.ts";
import type { StorePaths } from "../disk/index.ts";
import { migrate } from "../migrations.ts";
import { Counters, type Counts, DeadLetters, Events, Ledger, NO_COUNTS, State, toTotals } from "../tables/index.ts";
import { Debris } from "./debris.ts";
import { Findings, type FoundRows } from "./findings.ts";

/** No store gets that far; a key has no checksum, and so its id may be any number. */
const IDS_END = 2 ** 48;

/** What was found in a damaged store. */
export interface Salvaged {
  /** Queued still. */
  readonly events: number;
  readonly deadLetters: number;
  /** Events that are gone; `undefined` when the counters are gone too. */
  readonly lost: number | undefined;
}

/**
 * Makes a new store of what is whole in the files of a damaged one. The files stay as they are.
 * @param target a file that does not exist
 */
export function salvage(paths: Pick<StorePaths, "database" | "log">, target: string): Salvaged {
  const connection = new Connection(target);
  try {
    connection.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF"); // it counts once it is complete
    migrate(connection);
    return connection.transaction(() => fill(connection, paths));
  } finally {
    connection.close();
  }
}

function fill(connection: Connection, paths: Pick<StorePaths, "database" | "log">): Salvaged {
  const events = new Events(connection);
  const letters = new DeadLetters(connection);
  const ledger = new Ledger(connection);
  let lastId = 0;
  let lastKeyId = 0;
  const notNew = (id: number, isThere: boolean) => {
    lastId = Math.max(lastId, id);
    return isThere;
  };
  const findings = search(paths, {
    event: (event) => notNew(event.id, events.has(event.id)) || events.insert([event]),
    deadLetter: (letter) => notNew(letter.id, letters.has(letter.id)) || letters.insert(letter),
    ledgerEntry: (entry) => {
      if (entry.id < IDS_END) lastKeyId = Math.max(lastKeyId, entry.id);
      ledger.restore(entry);
    },
  });
  const state = new State(connection);
  for (const entry of findings.state) {
    state.set(entry);
    lastId = Math.max(lastId, entry.id);
  }
  const settled = new Set(findings.acknowledgements.flatMap(({ ids }) => ids));
  events.delete([...settled]);
  const counts = { ...(findings.counts ?? { ...NO_COUNTS, lastId: lastKeyId }) };
  counts.lastId = Math.max(counts.lastId, lastId);
  counts.commits = Math.max(counts.commits, ...findings.acknowledgements.map(({ commit }) => commit)) + 1;
  counts.acknowledged += settled.size;
  ledger.deleteAfter(counts.lastId);
  const found = { events: events.count(), deadLetters: letters.count() };
  const lost = findings.counts === undefined ? undefined : toTotals(counts).queued - found.events;
  balance(counts, found);
  new Counters(connection).write(counts);
  return { ...found, lost: lost === undefined ? undefined : Math.max(0, lost) };
}

function search(paths: Pick<StorePaths, "database" | "log">, rows: FoundRows): Findings {
  const debris = new Debris(paths);
  const findings = new Findings(rows);
  try {
    debris.visit((row) => findings.accept(row));
    return findings;
  } finally {
    debris.close();
  }
}

/** Events that are not there any more are damaged ones; of any that the counters do not know, nothing else is known. */
function balance(counts: Counts, found: { readonly events: number; readonly deadLetters: number }): void {
  counts.deadLettered = Math.max(counts.deadLettered, found.deadLetters);
  const missing = toTotals(counts).queued - found.events;
  if (missing > 0) counts.damaged += missing;
  else counts.emitted -= missing;
}
