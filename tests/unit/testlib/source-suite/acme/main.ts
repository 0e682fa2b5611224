import { runAgents } from "../../../../../framework/entry/index.ts";
import { acmeAgents } from "./source.ts";

process.exit(await runAgents(acmeAgents()));
