export {
  apiTokenConfiguration,
  azureBasicOauthConfiguration,
  azureServicePrincipalConfiguration,
  usernamePasswordConfiguration,
} from "./authentication.ts";
export { httpClientFields } from "./client.ts";
export { type CoreSettings, coreConfiguration, DEFAULT_STATE_DIRECTORY } from "./core.ts";
export {
  type ApiTokenSettings,
  type AzureBasicOauthSettings,
  type AzureServicePrincipalSettings,
  authenticationConfigurations,
  type Credentials,
  selectCredentials,
  type UsernamePasswordSettings,
} from "./credentials.ts";
export { endpointFields } from "./endpoint.ts";
export { type HttpSettings, httpConfiguration } from "./http.ts";
export { type ObservabilitySettings, observabilityConfiguration } from "./observability.ts";
