import { type CoreSettings, coreConfiguration } from "../configuration/index.ts";
import type { Prepared } from "./prepare.ts";

/** What belongs to the process and not to the agent in it: it is as it was at the start, until the end. */
const OF_THE_PROCESS: readonly (keyof CoreSettings)[] = [
  "state_dir",
  "state_max_mib",
  "ledger_days",
  "dead_letter_days",
  "max_channel_capacity",
  "shutdown_timeout",
  "service_port",
  "service_host",
  "service_replay_enabled",
];

/** Those settings of the process that `next` has otherwise than `first`, with which it was started. */
export function changedOfTheProcess(first: Prepared, next: Prepared): readonly (keyof CoreSettings)[] {
  const [before, after] = [coreOf(first), coreOf(next)];
  return OF_THE_PROCESS.filter((key) => after[key] !== before[key]);
}

/** `next` as it can be in force in a process that was started with `first`: also what is looked up, and what is shown. */
export function withProcessOf(first: Prepared, next: Prepared): Prepared {
  const kept = Object.entries(coreOf(first)).filter(([key]) => isOfTheProcess(key));
  next.registry.add(coreConfiguration, { ...coreOf(next), ...Object.fromEntries(kept) });
  return { ...next, settings: shownSettings(first, next) };
}

function shownSettings(first: Prepared, next: Prepared): Prepared["settings"] {
  const { section, fields } = coreConfiguration;
  const core = fields.flatMap(({ key }) => {
    const { settings } = isOfTheProcess(key) ? first : next;
    return settings.filter((setting) => setting.section === section && setting.key === key);
  });
  return [...core, ...next.settings.filter((setting) => setting.section !== section)];
}

function isOfTheProcess(key: string): boolean {
  return OF_THE_PROCESS.some((own) => own === key);
}

function coreOf({ registry }: Prepared): CoreSettings {
  return registry.lookup(coreConfiguration);
}
