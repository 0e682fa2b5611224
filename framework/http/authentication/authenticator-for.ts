import type { Operation } from "effection";
import type { Credentials } from "../../configuration/index.ts";
import type { Authenticator } from "./authenticator.ts";
import { type TokenClientOptions, useAzureServicePrincipalAuth, useAzureUserAuth } from "./azure.ts";
import { basicAuth } from "./basic.ts";
import { tokenAuth } from "./token.ts";

/** The authenticator for what `useCredentials` gives. It belongs to the calling scope. */
export function* authenticatorFor(credentials: Credentials, options: TokenClientOptions): Operation<Authenticator> {
  switch (credentials.kind) {
    case "username_password":
      return basicAuth(credentials.settings.agent_username, credentials.settings.agent_password);
    case "api_token":
      return tokenAuth(credentials.settings.agent_token);
    case "azure_spn":
      return yield* useAzureServicePrincipalAuth(credentials.settings, options);
    case "azure_basic_oauth":
      return yield* useAzureUserAuth(credentials.settings, options);
  }
}
