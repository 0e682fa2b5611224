import type { Finding } from "./finding.ts";
import type { Delivery, Obligation } from "./history.ts";
import { findDisorder } from "./order.ts";

/** Says what is wrong with what came, copies that are excused left out. */
export type Judge = (deliveries: readonly Delivery[]) => readonly Finding[];

/** Judges by obligations of which each has a key of its own. */
export function judgeByKey(obligations: readonly Obligation[]): Judge {
  const byKey = new Map(obligations.map((obligation) => [obligation.key, obligation]));
  return (deliveries) => {
    const came = new Map(deliveries.map((delivery) => [delivery.key, delivery]));
    const missing = obligations.filter(({ key }) => !came.has(key));
    const unpromised = [...came.values()].filter(({ key }) => !byKey.has(key));
    return [
      ...missing.map(({ run, key }): Finding => ({ kind: "missing", run, text: key })),
      ...unpromised.map(({ run, key }): Finding => ({ kind: "not promised", run, text: key })),
      ...findDisorder(byKey, deliveries).map(
        ({ early, late }): Finding => ({
          kind: "out of order",
          run: late.run,
          text: `${early.key} before ${late.key}`,
        }),
      ),
    ];
  };
}
