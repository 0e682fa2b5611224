import type { Operation } from "effection";
import { type Fault, Faults, type ObservabilityServer, type ServiceName, unavailable } from "../../../testlib/index.ts";
import type { Random } from "../random.ts";
import type { PhaseKind } from "./phases.ts";

/** Longer than the agent waits for an answer, and shorter. */
const LATE_MS = 2_500;
const SLOW_MS = 250;

const FAULTS: Readonly<Record<string, Fault>> = {
  "500": { status: 500 },
  "503": unavailable(1),
  "429": { status: 429, headers: { "retry-after": "1" } },
  slow: { delayMs: SLOW_MS },
  late: { delayMs: LATE_MS },
  "reset before": { reset: "before" },
  "reset after": { reset: "after" },
  "half-closed before": { close: "before" },
  "half-closed after": { close: "after" },
  "hang before": { hang: "before" },
  "hang after": { hang: "after" },
};

/** Faults for a share of all requests while a phase lasts. */
export class ShareOfFaults extends Faults {
  readonly #random: Random;
  #now: { readonly fault: Fault; readonly share: number } | undefined;

  constructor(random: Random) {
    super();
    this.#random = random;
  }

  begin(fault: Fault): void {
    this.#now = { fault, share: this.#random.pick([0.1, 0.3, 0.6, 1]) };
  }

  end(): void {
    this.#now = undefined;
  }

  override take(service: ServiceName): Fault | undefined {
    const now = this.#now;
    return now !== undefined && this.#random.chance(now.share) ? now.fault : super.take(service);
  }
}

/** All that can be wrong with Observability. */
export function serverKinds(server: ObservabilityServer, faults: ShareOfFaults): readonly [PhaseKind, ...PhaseKind[]] {
  const kinds = Object.entries(FAULTS).map(([name, fault]) => ({
    what: `server: ${name}`,
    *begin(): Operation<void> {
      faults.begin(fault);
    },
    *end(): Operation<void> {
      faults.end();
    },
  }));
  const refused = { what: "server: refused", begin: () => server.goOffline(), end: () => server.goOnline() };
  return [refused, ...kinds];
}
