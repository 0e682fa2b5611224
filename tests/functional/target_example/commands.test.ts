import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "effection";
import { EventStore } from "../../../framework/delivery/index.ts";
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

describe("into a pipe", () => {
  const LETTERS = 2_000;

  const withLetters = test.extend({
    /** A store with more dead letters than a pipe holds. */
    *full({ stateDirectory }) {
      const store = new EventStore({ directory: stateDirectory, maxBytes: 2 ** 30 });
      for (let id = 1; id <= LETTERS; id++) {
        const event = { type: "run-status", lane: "run\u0000load", body: "{}", queuedAt: id } as const;
        store.commit([{ events: [event], state: [] }]);
        store.refuse(id, 422, "x".repeat(900));
      }
      store.close();
      return ["dlq", "list", "--json", "--limit", String(LETTERS)] as const;
    },
  });

  withLetters("all is written that there is", function* ({ full, command }) {
    const { code, text } = yield* command(...full);
    expect([code, text.split("\n").length]).toEqual([0, LETTERS]);
  });

  withLetters("whose reader has enough, it ends quietly", function* ({ full, stateDirectory }) {
    const program = [process.execPath, join(import.meta.dirname, "../../../agents/main.ts"), ...full];
    const piped = `"$@" --state-dir "${stateDirectory}" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = yield* until(promisify(execFile)("bash", ["-c", piped, "bash", ...program]));
    const [letter = "", code] = stdout.split("\n");
    expect([JSON.parse(letter).id, code, stderr]).toEqual([1, "0", ""]);
  });
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
