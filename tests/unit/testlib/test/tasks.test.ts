import { createScope, scoped, sleep, spawn, suspend } from "effection";
import { describe, expect, test } from "vitest";
import { openMemoryChannel, openNursery, TaskNameContext } from "../../../../framework/core/index.ts";
import { rootScopes } from "../../../../testlib/test/effection-internals.ts";
import { TaskTree } from "../../../../testlib/test/task-tree.ts";

describe("the tasks of a test", () => {
  test("are listed with what they wait for, children below their parents", async () => {
    const [scope, destroy] = createScope();
    const tasks = new TaskTree(scope);
    expect(tasks.describe()).toBe("");
    scope.run(function* () {
      const sleeper = yield* spawn(function* () {
        yield* spawn(suspend);
        yield* sleep(60_000);
      });
      yield* sleeper;
    });
    expect(tasks.describe()).toMatch(
      lines(
        "  the body waits for action",
        "    a task spawned at HERE waits for sleep(60000)",
        "      a task spawned at HERE waits for suspend",
      ),
    );
    await destroy();
    expect(tasks.describe()).toBe("");
  });

  test("have the names a nursery gave them", async () => {
    const [scope, destroy] = createScope();
    const tasks = new TaskTree(scope);
    scope.run(function* () {
      const [, receive] = openMemoryChannel(0);
      yield* openNursery(function* (nursery) {
        nursery.startSoon(receive.receive(), { name: "reader" });
        yield* scoped(() => sleep(60_000));
      });
    });
    expect(tasks.describe()).toMatch(/^ +"reader" waits for Receiving from the channel$/m);
    expect(tasks.describe()).toMatch(/^ +"body" waits for sleep\(60000\)$/m);
    expect(TaskNameContext.name).toBe("observability-agents.task-name");
    await destroy();
  });
});

test("the scopes nobody owns are known", async () => {
  const before = rootScopes();
  const [scope, destroy] = createScope();
  expect(rootScopes().filter((each) => !before.includes(each))).toEqual([scope]);
  await destroy();
  expect(rootScopes()).toEqual(before);
});

function lines(...expected: readonly string[]): RegExp {
  const escaped = expected.join("\n").replaceAll(/[()]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("HERE", "tests/unit/testlib/test/tasks\\.test\\.ts:\\d+:\\d+")}$`);
}
