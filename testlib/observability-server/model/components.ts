import type { AcceptedEvent } from "../received.ts";
import { type ComponentType, componentOf, textOf } from "./event-fields.ts";
import { RecentMap } from "./recent-map.ts";
import { count, newTallies, type Tallies } from "./tallies.ts";

/** One metric of a component: its last values, oldest first. */
export interface ObservedMetric {
  readonly key: string;
  /** Decimal text. */
  readonly value: string;
  readonly history: readonly number[];
}

/** Identified by type and key: one key under two types is two components. */
export interface ObservedComponent {
  readonly type: ComponentType;
  readonly key: string;
  readonly name: string | undefined;
  readonly tool: string | undefined;
  readonly tallies: Tallies;
  readonly metrics: readonly ObservedMetric[];
  /** The path of the last dataset operation that gave one. */
  readonly path: string | undefined;
  /** Epoch milliseconds. */
  readonly lastEventAt: number;
  readonly revision: number;
}

const maxMetrics = 50;
const maxHistory = 40;

class Component implements ObservedComponent {
  readonly type: ComponentType;
  readonly key: string;
  name: string | undefined;
  tool: string | undefined;
  readonly tallies = newTallies();
  readonly #metrics = new RecentMap<ObservedMetric>(maxMetrics);
  path: string | undefined;
  lastEventAt = 0;
  revision = 0;

  constructor(type: ComponentType, key: string) {
    this.type = type;
    this.key = key;
  }

  get metrics(): readonly ObservedMetric[] {
    return [...this.#metrics.values()];
  }

  apply({ type, body, receivedAt }: AcceptedEvent, revision: number): void {
    this.name = textOf(body, `${this.type}_name`) ?? this.name; // absent leaves the old one
    this.tool = textOf(body, "component_tool") ?? this.tool;
    this.path = textOf(body, "path") ?? this.path;
    this.lastEventAt = receivedAt;
    this.revision = revision;
    count(this.tallies, type, body);
    const metric = type === "metric-log" ? textOf(body, "metric_key") : undefined;
    if (metric !== undefined) this.#measure(metric, String(body["metric_value"]));
  }

  #measure(key: string, value: string): void {
    const history = this.#metrics.get(key)?.history ?? [];
    this.#metrics.set(key, { key, value, history: [...history.slice(1 - maxHistory), Number(value)] });
  }
}

export class Components {
  readonly #components: RecentMap<Component>;

  constructor(max: number) {
    this.#components = new RecentMap(max);
  }

  apply(event: AcceptedEvent, revision: number): ObservedComponent | undefined {
    const identity = componentOf(event.body);
    if (identity === undefined) return undefined;
    const id = `${identity.type}:${identity.key}`;
    const component = this.#components.get(id) ?? new Component(identity.type, identity.key);
    component.apply(event, revision);
    this.#components.set(id, component);
    return component;
  }

  /** The one with the oldest last event first. */
  values(): Iterable<ObservedComponent> {
    return this.#components.values();
  }

  get(type: ComponentType, key: string): ObservedComponent | undefined {
    return this.#components.get(`${type}:${key}`);
  }
}
