import type { Delivery, Obligation } from "./history.ts";

/** An event that came before one that it had to follow. */
export interface Disorder {
  readonly early: Delivery;
  /** What had to come first, and came later. */
  readonly late: Delivery;
}

/**
 * The events of a run come in their order: the first copies of them, and all copies that one life of the agent has sent.
 * The next life begins with what the one before it could not note, so its copies may go back.
 */
export function findDisorder(
  obligations: ReadonlyMap<string, Obligation>,
  deliveries: readonly Delivery[],
): readonly Disorder[] {
  const seen = new Set<string>();
  const furthest = new Map<string, Delivery>();
  const positionOf = ({ key }: Delivery) => obligations.get(key)?.position ?? 0;

  function lateIn(scope: string, delivery: Delivery): readonly Disorder[] {
    const before = furthest.get(scope);
    if (before !== undefined && positionOf(before) > positionOf(delivery)) return [{ early: before, late: delivery }];
    furthest.set(scope, delivery);
    return [];
  }

  return deliveries
    .filter(({ key }) => obligations.has(key))
    .flatMap((delivery) => {
      const { key, run, life } = delivery;
      const amongFirst = seen.has(key) ? [] : lateIn(`first ${run}`, delivery);
      const inLife = lateIn(`life ${life} ${run}`, delivery);
      seen.add(key);
      return amongFirst.length > 0 ? amongFirst : inLife;
    });
}
