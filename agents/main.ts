#!/usr/bin/env node
import { runAgents } from "../framework/entry/index.ts";
import { agents } from "./index.ts";

process.exit(await runAgents(agents));
