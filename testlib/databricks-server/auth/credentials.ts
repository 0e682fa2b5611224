/** Who may ask, and what they show. All of them are known to the stand-in from the start. */
export const standInCredentials = {
  /** A personal access token. */
  token: "dapi-stand-in-token",
  /** Basic authentication, which the real server has given up. */
  username: "observer@acme.example",
  password: "stand-in-password",
  /** A service principal: of Microsoft Entra, and of Databricks' own OAuth. */
  clientId: "11111111-2222-3333-4444-555555555555",
  clientSecret: "stand-in-client-secret",
  tenantId: "99999999-8888-7777-6666-555555555555",
} as const;

/** The scope of Azure Databricks in Microsoft Entra. */
export const azureDatabricksScope = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default";

export const credentialKinds = [
  "username_password",
  "api_token",
  "azure_spn",
  "azure_basic_oauth",
  "databricks_oauth",
] as const;

/** The ways in which an agent can be given credentials; all but the last are the framework's. */
export type CredentialKind = (typeof credentialKinds)[number];

/** The environment variables with which an agent has these credentials. @param authority the sign-in service */
export function credentialsEnv(kind: CredentialKind, authority: string): Readonly<Record<string, string>> {
  const { token, username, password, clientId, clientSecret, tenantId } = standInCredentials;
  const azure = { DK_AZURE_CLIENT_ID: clientId, DK_AZURE_TENANT_ID: tenantId, DK_AZURE_AUTHORITY: authority };
  switch (kind) {
    case "username_password":
      return { DK_AGENT_USERNAME: username, DK_AGENT_PASSWORD: password };
    case "api_token":
      return { DK_AGENT_TOKEN: token };
    case "azure_spn":
      return { ...azure, DK_AZURE_CLIENT_SECRET: clientSecret };
    case "azure_basic_oauth":
      return { ...azure, DK_AZURE_USERNAME: username, DK_AZURE_PASSWORD: password };
    case "databricks_oauth":
      return { DK_DATABRICKS_CLIENT_ID: clientId, DK_DATABRICKS_CLIENT_SECRET: clientSecret };
  }
}
