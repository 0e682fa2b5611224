import { MASK } from "../toolkit/index.ts";
import { build } from "./build.ts";
import type { Configuration } from "./configuration.ts";
import { shownValue } from "./schema/shown-value.ts";
import { whereIs } from "./sources/origin.ts";
import type { Sources } from "./sources/sources.ts";

/** One setting as it is in force. */
export interface EffectiveSetting {
  readonly section: string;
  readonly key: string;
  /** As written in TOML; secrets are masked. */
  readonly value: string;
  /** `agent.toml:12:10`, a variable's name, or `default`. */
  readonly where: string;
}

/** All settings in force, for a person to see; those that are neither set nor have a default are left out. */
export function effectiveSettings(
  sources: Sources,
  configurations: readonly Configuration[],
): readonly EffectiveSetting[] {
  return configurations.flatMap((configuration) => {
    const built = build(sources, configuration);
    if (!built.ok) return [];
    const values = new Map<string, unknown>(Object.entries(Object(built.value)));
    return configuration.fields.flatMap(({ key, isSecret }) => {
      const value = values.get(key);
      if (value === undefined || value === null) return [];
      const origin = built.gathered.origins.get(key);
      const where = origin === undefined ? "default" : whereIs(sources, origin);
      return [{ section: configuration.section, key, value: isSecret ? MASK : shownValue(value, "toml"), where }];
    });
  });
}
