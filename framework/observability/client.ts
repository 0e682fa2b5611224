import type { Operation } from "effection";
import { lookup } from "../../registry/index.ts";
import { coreConfiguration, observabilityConfiguration } from "../configuration/index.ts";
import { type HttpClient, serviceAccountKeyAuth, useHttpClient } from "../http/index.ts";

/** A client of the Observability API, with connections of its own. */
export function* useObservabilityClient(): Operation<HttpClient> {
  const core = yield* lookup(coreConfiguration);
  return yield* useHttpClient({
    baseUrl: core.observability_base_url,
    baseUrlSetting: "observability_base_url",
    settings: yield* lookup(observabilityConfiguration),
    auth: serviceAccountKeyAuth(core.observability_service_account_key),
  });
}
