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
  const ca = readCertificates(bundlePath);
  try {
    return { rejectUnauthorized: true, secureContext: createSecureContext({ ca }) };
  } catch (cause) {
    throw unusable(bundlePath, cause);
  }
}

/**
 * The certificates that `ssl_cert_file` names, PEM.
 * @throws {AgentError} `E_HTTP_CA_FILE` when the file cannot be read, or holds none
 */
export function readCertificates(path: string): string {
  try {
    const certificates = readFileSync(path, "utf8");
    // Keep this check: Node takes a file without certificates, and then trusts nobody.
    if (!certificates.includes("-----BEGIN ")) throw new TypeError("It holds no PEM certificate.");
    return certificates;
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): AgentError {
  const message = `ssl_cert_file "${path}" cannot be used; give the path of a file of CA certificates in PEM format.`;
  return new AgentError("E_HTTP_CA_FILE", message, { cause });
}
