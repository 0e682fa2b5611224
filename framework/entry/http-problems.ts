import { type ConfigurationProblem, problemWith, type Registry, type Sources } from "../../registry/index.ts";
import { AgentError } from "../../toolkit/index.ts";
import { httpConfiguration, observabilityConfiguration } from "../configuration/index.ts";
import { type Environment, proxyVariables, tlsOptions } from "../http/index.ts";

/** The sections of HTTP clients. */
const CLIENTS = [httpConfiguration, observabilityConfiguration] as const;

/** What an HTTP client would only say when it is opened: that certificates cannot be used, or a proxy is none. */
export function httpProblems(sources: Sources, registry: Registry, env: Environment): readonly ConfigurationProblem[] {
  const found = CLIENTS.map((configuration) => {
    const { ssl_verify, ssl_cert_file } = registry.lookup(configuration);
    const message = complaintOf(() => tlsOptions(ssl_verify, ssl_cert_file ?? undefined));
    if (message === undefined) return undefined;
    return problemWith(sources, configuration, "ssl_cert_file", { message, fix: "" });
  });
  const message = complaintOf(() => proxyVariables(env));
  const ofProxies = message === undefined ? undefined : { where: "", section: "", key: "", message, fix: "" };
  return [...found, ofProxies].filter((problem) => problem !== undefined);
}

function complaintOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof AgentError) return error.message;
    throw error;
  }
}
