export {
  apiTokenConfiguration,
  azureBasicOauthConfiguration,
  azureServicePrincipalConfiguration,
  usernamePasswordConfiguration,
} from "./authentication.ts";
export { httpClientFields } from "./client.ts";
export { type CoreSettings, coreConfiguration, DEFAULT_STATE_DIRECTORY } from "./core.ts";
export {
  type AcceptedCredentials,
  type ApiTokenSettings,
  type AzureBasicOauthSettings,
  type AzureServicePrincipalSettings,
  authenticationConfigurations,
  type CredentialKind,
  type Credentials,
  CredentialsContext,
  type UsernamePasswordSettings,
  useCredentials,
} from "./credentials.ts";
export { endpointFields } from "./endpoint.ts";
export { type HttpSettings, httpConfiguration } from "./http.ts";
export { type ObservabilitySettings, observabilityConfiguration } from "./observability.ts";
export { type SelectedCredentials, selectCredentials } from "./select-credentials.ts";
