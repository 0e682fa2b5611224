export { Acknowledged, type Acknowledgement, acknowledgementFrom } from "./acknowledged.ts";
export { Counters, type Counts, countsFrom, NO_COUNTS, toTotals } from "./counters.ts";
export { DeadLetters, deadLetterFrom } from "./dead-letters.ts";
export { eventFrom } from "./event-row.ts";
export { Events } from "./events.ts";
export { type KeySpan, Ledger, type LedgerEntry, ledgerEntryFrom } from "./ledger.ts";
export { State, type StateEntry, stateEntryFrom } from "./state.ts";
