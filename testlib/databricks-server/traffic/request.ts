import type { ApiVersion } from "../api/viewer.ts";

export type DatabricksEndpoint = "runs/list" | "runs/get" | "runs/get-output" | "jobs/list" | "jobs/get" | "sign-in";

/** A request that has arrived, whatever became of it. */
export interface DatabricksRequest {
  /** 1 for the first, then counting up. */
  readonly sequence: number;
  /** Epoch ms by the server's clock. */
  readonly receivedAt: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Absent when the API has none there. */
  readonly endpoint?: DatabricksEndpoint;
  readonly version?: ApiVersion;
  /** The header, as it was sent. */
  readonly authorization?: string;
  /** What was sent to a sign-in service. */
  readonly form?: Readonly<Record<string, string>>;
  /** Of the answer; absent while there is none. */
  readonly status?: number;
}

const endpoints: ReadonlyMap<string, DatabricksEndpoint> = new Map([
  ["jobs/runs/list", "runs/list"],
  ["jobs/runs/get", "runs/get"],
  ["jobs/runs/get-output", "runs/get-output"],
  ["jobs/list", "jobs/list"],
  ["jobs/get", "jobs/get"],
]);

/** What is at a path. */
export function findEndpoint(path: string): Pick<DatabricksRequest, "endpoint" | "version"> {
  const [, version, rest = ""] = /^\/api\/(2\.[12])\/(.+)$/.exec(path) ?? [];
  const endpoint = endpoints.get(rest);
  if (endpoint !== undefined) return { endpoint, version: version === "2.2" ? "2.2" : "2.1" };
  return isSignIn(path) ? { endpoint: "sign-in" } : {};
}

function isSignIn(path: string): boolean {
  return path === "/oidc/v1/token" || /^\/entra\/[^/]+\/oauth2\/v2\.0\/token$/.test(path);
}
