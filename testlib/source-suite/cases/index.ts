import type { RealCase, VirtualCase } from "../source-case.ts";
import { arrivalCases } from "./arrival.ts";
import { configurationCases } from "./configuration.ts";
import { durabilityCases } from "./durability.ts";
import { limitCases } from "./limits.ts";
import { malformedCases } from "./malformed.ts";
import { outageCases } from "./outages.ts";
import { pagingCases } from "./paging.ts";
import { processCases } from "./process.ts";
import { stoppingCases } from "./stopping.ts";
import { timeCases } from "./times.ts";

/** All that the suite proves, of any source. */
export const sourceCases: readonly (VirtualCase | RealCase)[] = [
  ...configurationCases,
  ...arrivalCases,
  ...pagingCases,
  ...timeCases,
  ...outageCases,
  ...malformedCases,
  ...limitCases,
  ...stoppingCases,
  ...durabilityCases,
  ...processCases,
];
