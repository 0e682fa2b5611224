import { Counter, Gauge, type Registry } from "prom-client";

/** Every metric of ours is called this and an underscore, and then what it is. */
const PREFIX = "observability_agent";

/** A metric whose values are all set anew at each scrape. */
export interface Reading {
  /** Forgets what the last scrape had. */
  clear(): void;
  set(value: number, labels?: Readonly<Record<string, string>>): void;
}

/** @param name without the prefix; ends in `_total` and nothing else does */
export function counter(registry: Registry, name: string, help: string, labelNames: readonly string[] = []): Reading {
  const metric = new Counter({ name: `${PREFIX}_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  return {
    clear: () => metric.reset(),
    set: (value, labels = {}) => metric.inc({ ...labels }, value),
  };
}

export function gauge(registry: Registry, name: string, help: string, labelNames: readonly string[] = []): Reading {
  const metric = new Gauge({ name: `${PREFIX}_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  return {
    clear: () => metric.reset(),
    set: (value, labels = {}) => metric.set({ ...labels }, value),
  };
}
