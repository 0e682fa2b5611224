import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContext } from "node:tls";
import { AgentError } from "../../../toolkit/index.ts";

export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly secureContext: SecureContext;
}

/**
 * `verify = false` turns all checks off, whatever the bundle. A bundle replaces the CAs that come with Node.
 * @throws {AgentError} `E_HTTP_CA_FILE` when the bundle cannot be read, or is not one
 */
export function tlsOptions(verify: boolean, bundlePath: string | undefined): TlsOptions {
  if (!verify || bundlePath === undefined) return { rejectUnauthorized: verify, secureContext: createSecureContext() };
  try {
    return { rejectUnauthorized: true, secureContext: createSecureContext({ ca: readBundle(bundlePath) }) };
  } catch (cause) {
    const message = `ssl_cert_file "${bundlePath}" cannot be used; give the path of a file of CA certificates in PEM format.`;
    throw new AgentError("E_HTTP_CA_FILE", message, { cause });
  }
}

function readBundle(path: string): Buffer {
  const bundle = readFileSync(path);
  // Keep this check: Node takes a file without certificates, and then trusts nobody.
  if (!bundle.includes("-----BEGIN ")) throw new TypeError("It holds no PEM certificate.");
  return bundle;
}
