#!/usr/bin/env node
import { main } from "../framework/cli/index.ts";
import { agents } from "./index.ts";

process.exit(await main(agents));
