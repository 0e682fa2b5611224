import type { Bench } from "../bench.ts";
import { promised } from "../needs.ts";
import { virtualCase } from "../source-case.ts";

export const pagingCases = [
  virtualCase(
    "reads all pages",
    function* (bench) {
      yield* bench.start();
      yield* bench.emit(bench.plan(3 * pageSizeOf(bench) + 1));
      yield* bench.untilMet();
    },
    { needs: ["paging"] },
  ),

  virtualCase(
    "loses nothing, and reports nothing twice, when a page fails again and again",
    function* (bench) {
      const { faults } = bench.parts.standIn;
      const brokenPage = promised(faults.brokenPage, "faults.brokenPage");
      yield* bench.start();
      const mend = brokenPage();
      yield* bench.emit(bench.plan(2 * pageSizeOf(bench) + 1));
      yield* bench.passPeriods(3);
      yield* bench.emit(bench.plan(1));
      yield* bench.pass(2 * (bench.parts.can.poll?.latenessMs ?? 0) + 3 * bench.parts.periodMs); // past any overlap
      mend();
      yield* bench.untilMet();
    },
    { needs: ["paging"] },
  ),
];

export function pageSizeOf({ parts }: Bench): number {
  return promised(parts.can.poll?.pageSize, "can.poll.pageSize");
}
