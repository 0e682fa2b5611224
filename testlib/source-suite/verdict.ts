import { flattenErrors } from "../../toolkit/errors.ts";
import type { AgentError } from "../../toolkit/index.ts";
import type { CapturedLine } from "../fixtures/index.ts";
import type { ObservabilityServer, RefusedRequest } from "../observability-server/index.ts";
import { compare, type FindingKind, type Obligation } from "./obligations.ts";
import { describeComplaints, describeFindings, describeRefusals } from "./report.ts";
import { suiteError } from "./suite-error.ts";

export interface Evidence {
  readonly server: ObservabilityServer;
  /** What the agent has logged so far. */
  readonly logged: () => readonly CapturedLine[];
  /** The tool may tell one thing twice. */
  readonly repeats: boolean;
}

/** Keeps what the tool has shown against what has come, and says what is wrong. */
export class Verdict {
  readonly #evidence: Evidence;
  readonly #obligations: Obligation[] = [];

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  oblige(obligations: readonly Obligation[]): void {
    this.#obligations.push(...obligations);
  }

  /** Nothing is missing any more. */
  get isComplete(): boolean {
    return !compare(this.#obligations, this.#evidence.server.events).some(({ kind }) => kind === "missing");
  }

  /** What Observability would not take, faults of the stand-in aside. */
  get refused(): readonly RefusedRequest[] {
    return this.#evidence.server.refused.filter(({ injected }) => !injected);
  }

  /** @param pardoned kinds of findings that are no fault this time */
  checkEvents(...pardoned: readonly FindingKind[]): void {
    const { server, repeats } = this.#evidence;
    const isFault = (kind: FindingKind) => !pardoned.includes(kind) && !(repeats && kind === "twice");
    const findings = compare(this.#obligations, server.events).filter(({ kind }) => isFault(kind));
    if (findings.length === 0) return;
    const counts = `${this.#obligations.length} obligations, ${server.events.length} events`;
    const refusals = this.refused.length > 0 ? [describeRefusals(this.refused)] : [];
    const heading = `What came is not what the tool has shown (${counts}):`;
    throw this.error([heading, describeFindings(findings), ...refusals].join("\n"));
  }

  checkRefusals(): void {
    if (this.refused.length > 0) throw this.error(describeRefusals(this.refused));
  }

  /** Says what is wrong, and what the agent has complained about. */
  error(what: string, options?: ErrorOptions): AgentError {
    return suiteError(`${what}\n${describeComplaints(this.#evidence.logged())}`, options);
  }

  /** As `error`, for an agent that ended with one. */
  failed(what: string, cause: unknown): AgentError {
    return this.error(`${what}: ${flattenErrors(cause).map(String).join("; ")}`, { cause });
  }
}
