import type { Operation } from "effection";
import { type HttpSettings, httpConfiguration } from "../../../../../framework/configuration/index.ts";
import { type HttpClient, type HttpClientOptions, useHttpClient } from "../../../../../framework/http/index.ts";

/** The defaults of the `http` section, with changes. */
export function settingsWith(changes: Partial<HttpSettings> = {}): HttpSettings {
  return { ...httpConfiguration.schema.parse({}), ...changes };
}

/** A client of `baseUrl` that knows of no proxy. */
export function useClient(
  baseUrl: string,
  changes: Partial<HttpSettings> = {},
  options: Partial<HttpClientOptions> = {},
): Operation<HttpClient> {
  return useHttpClient({ baseUrl, settings: settingsWith(changes), env: {}, ...options });
}
