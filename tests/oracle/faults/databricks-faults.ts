import type { Operation } from "effection";
import { type DatabricksFault, type DatabricksServer, databricksFault } from "../../../testlib/index.ts";
import type { Random } from "../random.ts";
import type { PhaseKind } from "./phases.ts";

const FAULTS: Readonly<Record<string, DatabricksFault>> = {
  "500": { status: 500 },
  "503": { status: 503 },
  "429": databricksFault.tooManyRequests(1),
  slow: { delayMs: 300 },
  hang: { hang: true },
  "reset before": { reset: "before" },
  "reset during": { reset: "during" },
  "half of the JSON": { cut: true },
  "sign-in page": databricksFault.signInPage(),
};

/** What can be wrong with Databricks: with all requests, each other, or each seventh, so that polls fail half-way. */
export function databricksKinds(server: DatabricksServer, random: Random): readonly [PhaseKind, ...PhaseKind[]] {
  const kinds = Object.entries(FAULTS).map(([name, fault]) =>
    toKind(`databricks: ${name}`, () => server.faults.every(random.pick([1, 2, 7]), fault)),
  );
  return [toKind("databricks: refused", () => server.refuseConnections()), ...kinds];
}

function toKind(what: string, start: () => () => void): PhaseKind {
  let stop = () => {};
  return {
    what,
    *begin(): Operation<void> {
      stop = start();
    },
    *end(): Operation<void> {
      stop();
    },
  };
}
