import { type Operation, resource, sleep } from "effection";
import { CancelScope, openNursery, settle } from "../../../../framework/core/index.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

// From the lead: settle() let this error escape and end the agent (E_CONNECT of useWebSocket). Keep this test.
describe("a resource that cannot be opened", () => {
  test("is an error like any other to settle", function* () {
    for (let i = 0; i < 2; i++) {
      expect(yield* settle(() => cannotOpen())).toEqual({ ok: false, error: new Error("cannot open") });
    }
  });

  test("is an error like any other to settle in a cancel scope in a nursery", function* () {
    const seen: unknown[] = [];
    yield* openNursery(function* (nursery) {
      nursery.startSoon(function* () {
        seen.push(yield* new CancelScope().run(() => settle(() => cannotOpen())));
      });
    });
    expect(seen).toEqual([{ ok: false, error: new Error("cannot open") }]);
  });

  test("comes out of a cancel scope", function* () {
    expect(yield* thrownBy(() => new CancelScope().run(() => cannotOpen()))).toEqual(new Error("cannot open"));
  });
});

function cannotOpen(): Operation<number> {
  return resource(function* (provide) {
    yield* sleep(1);
    if (performance.now() >= 0) throw new Error("cannot open");
    yield* provide(1);
  });
}
