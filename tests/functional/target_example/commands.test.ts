import { describe, expect } from "../../../testlib/index.ts";
import { test as base, numbered } from "./example.ts";

const test = base.extend({
  /** Runs a command on the state directory of the test. @returns its exit code and what it printed */
  *command({ agentProcess, stateDirectory }) {
    return function* (...args: readonly string[]) {
      const process = yield* agentProcess({ args: [...args, "--state-dir", stateDirectory] });
      const { code } = yield* process.exited;
      return { code, text: process.lines.map((line) => line.text).join("\n") };
    };
  },
});

describe("beside a running agent", () => {
  test("dead letters are shown, sent again and deleted", { timeoutMs: 30_000 }, function* ({
    target,
    server,
    connect,
    command,
    stateDirectory,
  }) {
    server.faults.next({ status: 422, body: '{"error":"no such component"}' }, 3, { service: "EVENTS_API" });
    const agent = yield* connect({ DK_STATE_DIR: stateDirectory });
    yield* target.flood(20, { message: numbered(20) });
    yield* server.until(({ totals }) => totals.accepted === 17);

    const shown = yield* command("outbox", "--json");
    expect(JSON.parse(shown.text)).toMatchObject({ emitted: 20, acknowledged: 17, deadLettered: 3, queued: 0 });
    const list = yield* command("dlq", "list", "--json");
    const letters = list.text.split("\n").map((line) => JSON.parse(line));
    expect(letters).toMatchObject(Array(3).fill({ status: 422, answer: '{"error":"no such component"}' }));
    const [first, second] = letters.map(({ id }) => String(id));

    expect(yield* command("dlq", "replay", String(first), String(second))).toMatchObject({ code: 0 });
    yield* server.until(({ totals }) => totals.accepted === 19);
    expect(yield* command("dlq", "purge", "--all")).toMatchObject({ code: 0 });
    expect((yield* command("dlq", "list", "--json")).text).toBe("");
    agent.signal("SIGTERM");
    expect(yield* agent.exited).toMatchObject({ code: 0 });
    expect(JSON.parse((yield* command("outbox", "--json")).text)).toMatchObject({ emitted: 22, acknowledged: 19 });
  });

  test("a slip of the finger deletes nothing and says what is missing", function* ({ command }) {
    const slip = yield* command("dlq", "purge");
    expect(slip.code).toBe(2);
    expect(slip.text).toContain("Say in one way which dead letters are meant");
  });
});
