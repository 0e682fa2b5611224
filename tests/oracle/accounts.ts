import { openStoreForCommand } from "../../framework/delivery/index.ts";
import type { Accounts } from "./checker/history.ts";

/** What the store of an agent that has ended says it has done. @returns `undefined` when it cannot be read */
export function readAccounts(directory: string): Accounts | undefined {
  try {
    const store = openStoreForCommand(directory);
    try {
      return store.totals();
    } finally {
      store.close();
    }
  } catch {
    return undefined;
  }
}
