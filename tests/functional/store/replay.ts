/** What an operator does: queues all dead letters again. `node replay.ts <directory>` */
import { openStoreForCommand } from "../../../framework/delivery/store/index.ts";

const store = openStoreForCommand(process.argv[2] ?? "");
console.log(`replayed ${store.replay("all")} of ${store.totals().deadLettered}`);
store.close();
