import {
  type Configuration,
  type ConfigurationProblem,
  completenessOf,
  MISSING,
  type Registry,
  type Sources,
} from "../../registry/index.ts";
import {
  type AcceptedCredentials,
  type CredentialKind,
  type Credentials,
  credentialSections,
  readCredentials,
} from "./credentials.ts";

/** What file and environment have of the credentials that an agent takes. */
export interface SelectedCredentials {
  /** The sections that it takes credentials from, to be registered. */
  readonly sections: readonly Configuration[];
  /** Those of them that it uses: one, or none when its own section has what it needs. */
  readonly used: readonly Configuration[];
  /** Credentials that are missing or not complete. What is wrong with a value, registering it tells. */
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
  /** From the registry that has the sections. */
  readonly read: (registry: Registry) => Credentials | undefined;
}

/** One way to sign in: `missing` is empty when it is complete. */
interface Way {
  readonly kind?: CredentialKind;
  readonly configuration: Configuration;
  /** By key, where it is set. */
  readonly given: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

/** Looks for the first complete credentials of those that an agent takes. Contacts nobody. */
export function selectCredentials(
  sources: Sources,
  accepted: AcceptedCredentials = { kinds: [] },
): SelectedCredentials {
  const { kinds, azureScope = "", own } = accepted;
  const ofOwn = own && ownWay(sources, own);
  const ways = [...(ofOwn ? [ofOwn] : []), ...kinds.map((kind) => wayOf(sources, kind, azureScope))];
  const used = ways.find(({ missing }) => missing.length === 0);
  const problems = ofOwn ? gapsOf(ofOwn) : [];
  if (problems.length === 0 && used === undefined && ways.length > 0) problems.push(noneComplete(ways));
  const kind = used?.kind;
  return {
    sections: kinds.map((each) => credentialSections[each]),
    used: kind === undefined ? [] : [credentialSections[kind]],
    problems,
    warnings: used === undefined ? [] : warningsAbout(ways.slice(0, ways.indexOf(used)), used),
    read: (registry) => (kind === undefined ? undefined : readCredentials(registry, kind, azureScope)),
  };
}

function ownWay(sources: Sources, { configuration, keys }: NonNullable<AcceptedCredentials["own"]>): Way {
  const given = new Map([...completenessOf(sources, configuration).given].filter(([key]) => keys.includes(key)));
  return { configuration, given, missing: keys.filter((key) => !given.has(key)) };
}

function wayOf(sources: Sources, kind: CredentialKind, azureScope: string): Way {
  const configuration = credentialSections[kind];
  const { given, missing } = completenessOf(sources, configuration);
  const hasScope = configuration.fields.some(({ key }) => key === "scope");
  const needsScope = hasScope && azureScope === "" && !given.has("scope");
  return { kind, configuration, given, missing: needsScope ? [...missing, "scope"] : missing };
}

/** A section of the agent's own is there for more than credentials: what is set of them is meant. */
function gapsOf({ configuration, given, missing }: Way): ConfigurationProblem[] {
  if (given.size === 0) return [];
  const names = namesOf(configuration, [...given.keys(), ...missing]);
  return missing.map((key) => ({
    where: MISSING,
    section: configuration.section,
    key,
    message: `${key} is not set, but ${[...given.keys()].join(", ")} is.`,
    fix: `Set all of ${names}, or none.`,
  }));
}

function noneComplete(ways: readonly Way[]): ConfigurationProblem {
  const lines = ways.map(({ configuration, given, missing }) => {
    const state = given.size === 0 ? "" : `; only ${[...given.keys()].join(", ")} set, not ${missing.join(", ")}`;
    return `    [${configuration.section}] ${namesOf(configuration, [...given.keys(), ...missing])}${state}`;
  });
  return {
    where: MISSING,
    section: "",
    key: "",
    message: "The credentials for the monitored tool are not set, or not all of them.",
    fix: ["Set all keys of one of these:", ...lines].join("\n"),
  };
}

/** `client_id (DK_AZURE_CLIENT_ID), …`, in the section's order. */
function namesOf({ fields }: Configuration, keys: readonly string[]): string {
  const named = fields.filter(({ key }) => keys.includes(key));
  return named.map(({ key, envName }) => `${key} (${envName})`).join(", ");
}

/** Not about those of which all that is set also belongs to the used ones: the Azure ones share their variables. */
function warningsAbout(skipped: readonly Way[], used: Way): readonly string[] {
  const places = new Set(used.given.values());
  const meant = skipped.filter(({ given }) => [...given.values()].some((place) => !places.has(place)));
  return meant.map(
    ({ configuration: { section }, missing }) =>
      `[${section}] is not used, because ${missing.join(", ")} is not set; [${used.configuration.section}] is.`,
  );
}
