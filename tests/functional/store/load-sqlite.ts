/** Opens a store on a Node that warns of its SQLite, as early releases of Node 24 do. */
import { EventStore } from "../../../framework/delivery/store/index.ts";

const { getBuiltinModule } = process;
process.getBuiltinModule = (name: string) => {
  process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
  process.emitWarning("Something else is about to change", "DeprecationWarning");
  return Reflect.apply(getBuiltinModule, process, [name]);
};
const { emitWarning } = process;
new EventStore({ directory: undefined, maxBytes: 1 }).close();
console.log(`restored ${process.emitWarning === emitWarning}`);
