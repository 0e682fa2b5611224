export { Auth } from "./auth.ts";
export {
  azureDatabricksScope,
  type CredentialKind,
  credentialKinds,
  credentialsEnv,
  standInCredentials,
} from "./credentials.ts";
export { type SignInReply, signInToDatabricks, signInToEntra } from "./sign-in.ts";
