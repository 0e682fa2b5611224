import type { Workspace } from "../workspace/index.ts";
import type { Parameters } from "./parameters.ts";
import type { Viewer } from "./viewer.ts";

/** A question to the API whose sender is known. */
export interface Call {
  readonly parameters: Parameters;
  readonly workspace: Workspace;
  readonly viewer: Viewer;
  /** What `#job/…` is put after. */
  readonly pageUrl: string;
  /** Who asks, for refusals. */
  readonly user: string;
}
