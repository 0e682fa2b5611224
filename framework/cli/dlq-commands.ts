import type { Command } from "commander";
import type { RunOptions } from "../entry/index.ts";
import { atLeastOne, type StoreOptions, takesStore, wholeNumber, wholeNumbers } from "./arguments.ts";
import {
  listDeadLetters,
  purgeDeadLetters,
  replayDeadLetters,
  type Selection,
  showDeadLetter,
} from "./dead-letters.ts";
import { withStore } from "./state-directory.ts";
import type { Terminal } from "./terminal.ts";

type ListOptions = StoreOptions & { readonly limit: number; readonly after?: number };
type SelectOptions = StoreOptions & Omit<Selection, "ids">;

/** `dlq list`, `show`, `replay` and `purge`. */
export function addDeadLetterCommands(dlq: Command, run: RunOptions, terminal: Terminal): void {
  dlq.description("dead letters: events that Observability refused for good");
  takesStore(dlq.command("list"))
    .description("those there are, oldest first")
    .option("--limit <n>", "at most so many", atLeastOne, 50)
    .option("--after <id>", "those after this one", wholeNumber)
    .option("--json", "as JSON, one a line")
    .action((options: ListOptions) => withStore(options, run, (store) => listDeadLetters(store, options, terminal)));
  takesStore(dlq.command("show"))
    .description("one of them, whole")
    .argument("<id>", "its number", wholeNumber)
    .option("--json", "as JSON")
    .action((id: number, options: StoreOptions) =>
      withStore(options, run, (store) => showDeadLetter(store, id, options, terminal)),
    );
  takesStore(dlq.command("replay"))
    .description("sends them again, as new events")
    .argument("[id...]", "their numbers", wholeNumbers)
    .option("--all", "all of them")
    .action((ids: readonly number[] | undefined, options: SelectOptions) => {
      const selection = toSelection(dlq, ids, options);
      withStore(options, run, (store) => replayDeadLetters(store, selection, terminal));
    });
  takesStore(dlq.command("purge"))
    .description("deletes them")
    .argument("[id...]", "their numbers", wholeNumbers)
    .option("--all", "all of them")
    .option("--older-than <days>", "those that were refused longer ago", wholeNumber)
    .action((ids: readonly number[] | undefined, options: SelectOptions) => {
      const selection = toSelection(dlq, ids, options);
      withStore(options, run, (store) => purgeDeadLetters(store, selection, terminal));
    });
}

/** There must be exactly one way of saying which: with none, a slip of the finger would be for all. */
function toSelection(dlq: Command, ids: readonly number[] = [], { all, olderThan }: SelectOptions): Selection {
  const ways = [ids.length > 0, all === true, olderThan !== undefined].filter(Boolean).length;
  if (ways !== 1) dlq.error("Say in one way which dead letters are meant: by their numbers or by an option.");
  return { ids, ...(all && { all }), ...(olderThan !== undefined && { olderThan }) };
}
