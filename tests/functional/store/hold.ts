/** Opens a store and keeps it: `node hold.ts <directory>`. */
import { EventStore } from "../../../framework/delivery/store/index.ts";

const store = new EventStore({ directory: process.argv[2] ?? "", maxBytes: 2 ** 30 });
console.log("open");
setInterval(() => store.maintain(Date.now()), 1_000);
