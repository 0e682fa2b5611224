/** What a service account key may be used for: `/events` or `/agent`. */
export type ServiceName = "EVENTS_API" | "AGENT_API";

/** Key → the services it is good for. An empty list behaves like a key whose project is inactive. */
export type ServiceAccountKeys = Readonly<Record<string, readonly ServiceName[]>>;

/** The one key of a server that was given none; good for both services. */
export const defaultServiceAccountKey = "stand-in-service-account-key";

export function allowBoth(...keys: readonly string[]): ServiceAccountKeys {
  return Object.fromEntries(keys.map((key) => [key, ["EVENTS_API", "AGENT_API"] as const]));
}
