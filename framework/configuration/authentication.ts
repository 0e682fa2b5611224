import { z } from "zod";
import { defineConfiguration } from "../../registry/index.ts";
import { headerText, httpUrl, secret } from "../../toolkit/index.ts";

const clientId = z
  .string()
  .min(1)
  .meta({
    description: "Application (client) id in Microsoft Entra.",
    examples: ["00000000-0000-0000-0000-000000000000"],
  });
const tenantId = z
  .string()
  .min(1)
  .meta({
    description: "Directory (tenant) id in Microsoft Entra.",
    examples: ["00000000-0000-0000-0000-000000000000"],
  });
const scope = z
  .string()
  .default("")
  .meta({
    description: "Scope to ask for; the agent's own when empty.",
    examples: ["https://management.azure.com/.default"],
  });
const authority = httpUrl()
  .default("https://login.microsoftonline.com/")
  .meta({
    description: "Sign-in service of the Azure cloud.",
    examples: ["https://login.microsoftonline.us/"],
  });

/** `[auth_username_password]`: the tool's own user. */
export const usernamePasswordConfiguration = defineConfiguration({
  section: "auth_username_password",
  envPrefix: "DK_",
  optional: true,
  schema: z.strictObject({
    agent_username: z
      .string()
      .min(1)
      .meta({ description: "User name for the monitored tool.", examples: ["observer"] }),
    agent_password: secret(z.string().min(1)).meta({
      description: "The user's password. Never logged.",
      examples: ["the-password"],
    }),
  }),
});

/** `[auth_api_token]`: a token the tool has issued. */
export const apiTokenConfiguration = defineConfiguration({
  section: "auth_api_token",
  envPrefix: "DK_",
  optional: true,
  schema: z.strictObject({
    agent_token: secret(headerText()).meta({
      description: "API token for the monitored tool. Never logged.",
      examples: ["the-token"],
    }),
  }),
});

/** `[auth_azure_spn]`: a service principal. */
export const azureServicePrincipalConfiguration = defineConfiguration({
  section: "auth_azure_spn",
  envPrefix: "DK_AZURE_",
  optional: true,
  schema: z.strictObject({
    client_id: clientId,
    client_secret: secret(z.string().min(1)).meta({
      description: "Secret of the application. Never logged.",
      examples: ["the-client-secret"],
    }),
    tenant_id: tenantId,
    scope,
    authority,
  }),
});

/** `[auth_azure_basic_oauth]`: a user's name and password. Microsoft refuses it for users with a second factor. */
export const azureBasicOauthConfiguration = defineConfiguration({
  section: "auth_azure_basic_oauth",
  envPrefix: "DK_AZURE_",
  optional: true,
  schema: z.strictObject({
    client_id: clientId,
    username: z
      .string()
      .min(1)
      .meta({ description: "The user's name in Microsoft Entra.", examples: ["observer@example.com"] }),
    password: secret(z.string().min(1)).meta({
      description: "The user's password. Never logged.",
      examples: ["the-password"],
    }),
    tenant_id: tenantId,
    scope,
    authority,
  }),
});
