import type { Operation } from "effection";
import { type Auth, type CredentialKind, credentialsEnv } from "./auth/index.ts";
import type { DatabricksServer } from "./databricks-server.ts";
import { type DatabricksObligation, type Exposures, type ObligationOptions, obligationsOf } from "./exposure/index.ts";
import type { DatabricksFaults } from "./faults/index.ts";
import type { Listener } from "./listener.ts";
import type { Traffic } from "./traffic/index.ts";
import type { Id, Job, JobRun, JobSettings, RunSettings, Workspace } from "./workspace/index.ts";

interface StandInParts {
  readonly workspace: Workspace;
  readonly auth: Auth;
  readonly faults: DatabricksFaults;
  readonly traffic: Traffic;
  readonly exposures: Exposures;
  readonly listener: Listener;
  /** Lets the story happen that is due. */
  readonly catchUp: () => void;
}

/** A listening server, and what a test can do to it. */
export class StandIn implements DatabricksServer {
  readonly url: string;
  readonly port: number;
  readonly signInUrl: string;
  readonly auth: Auth;
  readonly faults: DatabricksFaults;
  readonly jobs: DatabricksServer["jobs"];
  readonly #parts: StandInParts;

  constructor(parts: StandInParts) {
    const { workspace, auth, faults, listener } = parts;
    this.#parts = parts;
    this.url = `${listener.origin}/`;
    this.port = listener.port;
    this.signInUrl = `${listener.origin}/entra/`;
    this.auth = auth;
    this.faults = faults;
    this.jobs = { add: (settings?: JobSettings) => workspace.addJob(settings) };
  }

  get skewMs(): number {
    return this.#parts.workspace.clock.skewMs;
  }

  set skewMs(skewMs: number) {
    this.#parts.workspace.clock.skewMs = skewMs;
  }

  get requests() {
    return this.#parts.traffic.requests;
  }

  get total() {
    return this.#parts.traffic.total;
  }

  get inFlight() {
    return this.#parts.traffic.inFlight;
  }

  get maxInFlight() {
    return this.#parts.traffic.maxInFlight;
  }

  get exposures() {
    return this.#parts.exposures.list;
  }

  get runs(): readonly JobRun[] {
    this.#parts.catchUp();
    return this.#parts.workspace.runs;
  }

  now(): number {
    return this.#parts.workspace.clock.now();
  }

  start(job: Job | Id, settings?: RunSettings): JobRun {
    return this.#parts.workspace.startRun(job, settings);
  }

  submit(settings: RunSettings = {}): JobRun {
    const { workspace } = this.#parts;
    const job = workspace.addJob(settings.name === undefined ? {} : { name: settings.name }, undefined, false);
    return workspace.startRun(job, { runType: "SUBMIT_RUN", ...settings });
  }

  obligations(options: ObligationOptions = {}): readonly DatabricksObligation[] {
    const { workspace, exposures } = this.#parts;
    const isOwed = (run: JobRun) =>
      options.runs === "all" || run.entriesUntil().some((entry) => exposures.shownAt(entry) !== undefined);
    return this.runs.filter(isOwed).flatMap((run) => {
      const isThere = workspace.isThere(run) && run.job.denied !== "hidden";
      return obligationsOf(run, { exposures, isThere }, options);
    });
  }

  refuseConnections(): () => void {
    return this.#parts.listener.refuse();
  }

  envFor(kind: CredentialKind): Readonly<Record<string, string>> {
    const own = kind === "api_token" ? { DK_AGENT_TOKEN: this.auth.token } : {};
    return { DK_DATABRICKS_HOST: this.url, ...credentialsEnv(kind, this.signInUrl), ...own };
  }

  until(reached: (server: DatabricksServer) => boolean): Operation<void> {
    return this.#parts.traffic.until(() => reached(this));
  }
}
