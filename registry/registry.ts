import { AgentError } from "../toolkit/index.ts";
import { build, rebuild } from "./build.ts";
import type { Configuration } from "./configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { RawValues } from "./sources/layers.ts";
import type { Sources } from "./sources/sources.ts";

interface Entry {
  readonly value: unknown;
  /** What the value was made from, to make a changed one of it. */
  readonly given: RawValues;
}

/** The validated settings of one run, by section. Each run, and each test, has its own. */
export class Registry {
  readonly #sources: Sources;
  readonly #entries = new Map<string, Entry>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /**
   * Reads, validates and stores a section.
   * @throws {AgentError} `E_CONFIGURATION_DUPLICATE` when it is stored already
   * @throws {ConfigurationError} with every problem of the section
   */
  register<Output>(configuration: Configuration<Output>): Output {
    const { section } = configuration;
    if (this.#entries.has(section)) {
      throw new AgentError("E_CONFIGURATION_DUPLICATE", `[${section}] is registered already; look it up instead.`);
    }
    const built = build(this.#sources, configuration);
    if (!built.ok) throw new ConfigurationError(built.problems);
    this.#entries.set(section, { value: built.value, given: built.gathered.values });
    return built.value;
  }

  /** @throws {AgentError} `E_CONFIGURATION_UNKNOWN` when it was neither registered nor added */
  lookup<Output>(configuration: Configuration<Output>): Output {
    // The one cast of the registry: entries are stored under their section by methods typed by the configuration.
    return this.#entry(configuration.section).value as Output;
  }

  /** Stores a value as it is, in place of any other. */
  add<Output extends object>(configuration: Configuration<Output>, value: Output): void {
    this.#entries.set(configuration.section, { value, given: Object.fromEntries(Object.entries(value)) });
  }

  /**
   * The stored settings with some of them changed, validated; what is stored stays as it is.
   * @throws {AgentError} `E_CONFIGURATION_UNKNOWN`
   * @throws {ConfigurationError}
   */
  mutate<Output extends object>(configuration: Configuration<Output>, changes: Partial<Output>): Output {
    const { given } = this.#entry(configuration.section);
    const built = rebuild(this.#sources, configuration, { ...given, ...changes });
    if (!built.ok) throw new ConfigurationError(built.problems);
    return built.value;
  }

  /** True when the section is stored, or could be read and validated; then it is stored from now on. */
  available(configuration: Configuration): boolean {
    if (this.#entries.has(configuration.section)) return true;
    const built = build(this.#sources, configuration);
    if (built.ok) this.#entries.set(configuration.section, { value: built.value, given: built.gathered.values });
    return built.ok;
  }

  #entry(section: string): Entry {
    const entry = this.#entries.get(section);
    if (entry !== undefined) return entry;
    throw new AgentError(
      "E_CONFIGURATION_UNKNOWN",
      `[${section}] is not registered; register it before looking it up.`,
    );
  }
}
