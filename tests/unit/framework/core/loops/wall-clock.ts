import { vi } from "../../../../../testlib/index.ts";

/** From now on `Date.now()` reads this much more than the monotonic clock, as after somebody has set it. */
export function setWallClock({ aheadMs }: { readonly aheadMs: number }): void {
  vi.spyOn(Date, "now").mockImplementation(() => performance.now() + aheadMs);
}
