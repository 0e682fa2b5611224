import type { Operation } from "effection";
import { toError } from "../../../toolkit/errors.ts";
import { promised } from "../needs.ts";
import type { ToolFault, ToolFaults } from "../source.ts";
import { virtualCase } from "../source-case.ts";
import { suiteError } from "../suite-error.ts";

export const malformedCases = [
  virtualCase(
    "goes on after answers that nothing can be made of, and loses nothing by them",
    function* (bench) {
      const faults = promised(bench.parts.standIn.faults.malformedReplies, "faults.malformedReplies");
      yield* bench.start();
      yield* forEachFault(faults, function* (begin) {
        const end = begin();
        yield* bench.emit(bench.plan(2));
        yield* bench.passPeriods(3);
        end();
        yield* bench.untilMet();
      });
    },
    { needs: ["poll"] },
  ),

  virtualCase("skips a record that nothing can be made of, and reports all others meanwhile", function* (bench) {
    yield* bench.start();
    yield* forEachFault(bench.parts.standIn.faults.malformedRecords, function* (begin) {
      yield* bench.emit(bench.plan(1));
      const end = begin();
      yield* bench.emit(bench.plan(2));
      yield* bench.untilMet();
      end();
    });
  }),
];

/** Says, of what goes wrong, during which fault it did. */
function* forEachFault(faults: ToolFaults, body: (begin: ToolFault) => Operation<void>): Operation<void> {
  for (const [name, begin] of Object.entries(faults)) {
    try {
      yield* body(begin);
    } catch (error) {
      throw suiteError(`With "${name}": ${toError(error).message}`, { cause: error });
    }
  }
}
