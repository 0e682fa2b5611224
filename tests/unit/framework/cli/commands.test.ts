import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { until } from "effection";
import { main } from "../../../../framework/cli/index.ts";
import { EventStore } from "../../../../framework/delivery/index.ts";
import type { AgentTable } from "../../../../framework/entry/index.ts";
import { test as base, configurations, describe, expect } from "../../../../testlib/index.ts";

const entry = { configurations: [], load: async () => function* () {} };
const table: AgentTable = { acme: entry, guarded: { ...entry, credentials: { kinds: ["api_token"] } } };

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const test = base.extend({
  /** Runs a command; the state directory is the configured one. */
  *command({ stateDirectory }) {
    return function* (...args: readonly string[]) {
      const ran = { code: -1, out: "", error: "" };
      const terminal = {
        out: (text: string) => {
          ran.out += text;
        },
        error: (text: string) => {
          ran.error += text;
        },
      };
      const env = { DK_STATE_DIR: stateDirectory };
      const run = { env, workingDirectory: stateDirectory, directories: [stateDirectory] };
      ran.code = yield* until(main(table, { args, terminal, ...run }));
      return ran satisfies Ran;
    };
  },
  /** A store in which three events of two runs wait, and one has been delivered. */
  *store({ stateDirectory }) {
    const store = new EventStore({ directory: stateDirectory, maxBytes: 2 ** 20 });
    const now = Date.now();
    const event = (lane: string, number: number) => {
      const body = JSON.stringify({ number });
      return { type: "run-status", lane: `run\u0000load\u0000${lane}`, body, queuedAt: now - 60_000 } as const;
    };
    store.commit([{ events: [event("a", 1), event("a", 2), event("b", 3), event("b", 4)], state: [] }]);
    store.acknowledge([1]);
    return store;
  },
});

describe("outbox", () => {
  test("shows what waits, for how long, and what has become of the rest", function* ({ command, store }) {
    store.refuse(2, 400, '{"error": "no good"}');
    const { code, out } = yield* command("outbox");
    expect(code).toBe(0);
    expect(out).toMatch(/^.+: 4 events\n/);
    expect(out).toMatch(/^queued +2, the oldest for 1 min( \d+ s)?$/m);
    expect(out).toMatch(/^delivered +1$/m);
    expect(out).toMatch(/^dead letters +1 in all, 1 kept$/m);
    expect(out).toMatch(/^run load \/ b +2 +1 min$/m);
  });

  test("says the same as JSON", function* ({ command, store }) {
    const { out } = yield* command("outbox", "--json");
    expect(JSON.parse(out)).toMatchObject({
      directory: store.directory,
      emitted: 4,
      acknowledged: 1,
      queued: 3,
      lanes: [expect.objectContaining({ count: 2 }), expect.objectContaining({ count: 1 })],
    });
  });
});

describe("a state directory", () => {
  test("without an outbox is no place for a command", function* ({ command }) {
    expect(yield* command("outbox")).toMatchObject({
      code: 1,
      error: expect.stringContaining("There is no outbox in "),
    });
  });

  // Root may read everything: a link to itself is what it cannot open either.
  test("that cannot be looked into is not taken for one without an outbox", function* ({ command, stateDirectory }) {
    symlinkSync("outbox.db", join(stateDirectory, "outbox.db"));
    const { code, error } = yield* command("outbox");
    expect([code, error]).toEqual([1, expect.stringContaining("as the user that the agent runs as")]);
  });
});

describe("dlq list", () => {
  test("shows who refused what, when and why", function* ({ command, store }) {
    store.refuse(2, 400, '{"error":\n "no good"}');
    const { out } = yield* command("dlq", "list");
    const [head, row] = out.split("\n");
    expect(head).toMatch(/^ID +REFUSED +STATUS +EVENT +OF +ANSWER$/);
    expect(row).toMatch(/^2 +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +400 +run-status +run load \/ a +\{"error": "no good"\}$/);
  });

  test("shows a page, and how to see the next one", function* ({ command, store }) {
    for (const id of [2, 3, 4]) store.refuse(id, 422, "no");
    const first = yield* command("dlq", "list", "--limit", "2");
    expect(first.out).toMatch(/More: --after 3\n$/);
    const second = yield* command("dlq", "list", "--limit", "2", "--after", "3");
    expect(second.out).toMatch(/^4 /m);
    expect(second.out).not.toContain("More");
  });

  test("gives whole events as JSON, one a line", function* ({ command, store }) {
    for (const id of [2, 3]) store.refuse(id, 413, "too big");
    const { out } = yield* command("dlq", "list", "--json");
    const letters = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(letters).toEqual([
      expect.objectContaining({ id: 2, status: 413, answer: "too big", body: { number: 2 } }),
      expect.objectContaining({ id: 3, status: 413, answer: "too big", body: { number: 3 } }),
    ]);
  });

  test("says so when there are none", function* ({ command, store: _ }) {
    expect(yield* command("dlq", "list")).toEqual({ code: 0, out: "There are no dead letters.\n", error: "" });
  });
});

describe("dlq show", () => {
  test("shows one with its body", function* ({ command, store }) {
    store.refuse(2, 400, "no good");
    const { out } = yield* command("dlq", "show", "2");
    expect(out).toMatch(/^dead letter 2$/m);
    expect(out).toMatch(/^answer +no good$/m);
    expect(out).toMatch(/\{\n {2}"number": 2\n\}\n$/);
  });
});

describe("dlq replay", () => {
  test("queues those that are named, as new events at the end", function* ({ command, store }) {
    for (const id of [2, 3]) store.refuse(id, 400, "no");
    expect((yield* command("dlq", "replay", "3", "2")).out).toBe("2 dead letters queued again.\n");
    expect(store.eventsAfter(0, 10).map(({ body }) => body)).toEqual(['{"number":4}', '{"number":3}', '{"number":2}']);
    expect(store.totals()).toMatchObject({ emitted: 6, deadLettered: 2, queued: 3 });
  });

  test("queues all of them when told so", function* ({ command, store }) {
    store.refuse(4, 400, "no");
    expect((yield* command("dlq", "replay", "--all")).out).toBe("1 dead letter queued again.\n");
    expect(store.deadLetters({ limit: 10 })).toEqual([]);
  });

  test("does nothing at all when a number is wrong", function* ({ command, store }) {
    store.refuse(2, 400, "no");
    const { code, error } = yield* command("dlq", "replay", "2", "99");
    expect([code, error]).toEqual([1, 'There is no dead letter 99. "dlq list" shows those there are.\n']);
    expect(store.deadLetters({ limit: 10 })).toHaveLength(1);
  });
});

describe("dlq purge", () => {
  test("deletes those that are named", function* ({ command, store }) {
    for (const id of [2, 3]) store.refuse(id, 400, "no");
    expect((yield* command("dlq", "purge", "3")).out).toBe("1 dead letter deleted.\n");
    expect(store.deadLetters({ limit: 10 }).map(({ id }) => id)).toEqual([2]);
  });

  test("deletes those that are older than so many days", function* ({ command, store }) {
    store.refuse(2, 400, "no");
    expect((yield* command("dlq", "purge", "--older-than", "1")).out).toBe("0 dead letters deleted.\n");
  });
});

describe("a command that makes no sense", () => {
  test.each([
    [["dlq", "replay"], "Say in one way which dead letters are meant"],
    [["dlq", "replay", "2", "--all"], "Say in one way which dead letters are meant"],
    [["dlq", "show", "two"], "It must be a whole number."],
    [["dlq", "list", "--limit", "0"], "It must be 1 or more."],
    [["dlq", "lst"], "unknown command 'lst'"],
    [["outbocks"], "Did you mean outbox?"],
    [["outbox", "--jsn"], "Did you mean --json?"],
  ] satisfies readonly (readonly [readonly string[], string])[])(
    "is told what is wrong with it: %s",
    function* ([args, message], { command, store }) {
      store.refuse(2, 400, "no");
      const { code, out, error } = yield* command(...args);
      expect([code, out]).toEqual([2, ""]);
      expect(error).toContain(message);
      expect(store.deadLetters({ limit: 10 })).toHaveLength(1);
    },
  );

  test("gets the list of commands for --help", function* ({ command }) {
    const { code, out } = yield* command("--help");
    expect(code).toBe(0);
    expect(out).toMatch(/^ +check .+^ +outbox .+^ +dlq /ms);
  });
});

describe("a directory without an outbox", () => {
  test("is named, and none is made there", function* ({ command, stateDirectory }) {
    const directory = join(stateDirectory, "elsewhere");
    const { code, error } = yield* command("outbox", "--state-dir", directory);
    expect([code, error]).toEqual([1, expect.stringContaining(`There is no outbox in ${directory}.`)]);
    expect(existsSync(directory)).toBe(false);
  });
});

describe("check", () => {
  /** Checks what an agent would start with. */
  function* check(agentType: string, own: Readonly<Record<string, string>> = {}) {
    let text = "";
    const terminal = { out: (more: string) => (text += more), error: (more: string) => (text += more) };
    const env = { ...configurations.core.with({ agent_type: agentType }).env, ...own };
    const run = { env, workingDirectory: "/", directories: [] };
    return { code: yield* until(main(table, { args: ["check"], terminal, ...run })), text };
  }

  test("shows the settings in force, with their places and without secrets", function* () {
    const { code, text } = yield* check("acme");
    expect(code).toBe(0);
    expect(text).toMatch(/^core\.agent_key +"agent test key" +DK_AGENT_KEY$/m);
    expect(text).toMatch(/^core\.observability_service_account_key +\*+ +DK_/m);
    expect(text).toMatch(/acme can start with it\.\n$/);
  });

  test("shows that there are credentials, and what they would be when there are none", function* () {
    const good = yield* check("guarded", { DK_AGENT_TOKEN: "the-token" });
    expect(good.code).toBe(0);
    expect(good.text).toMatch(/^auth_api_token\.agent_token +\*+ +DK_AGENT_TOKEN$/m);
    const without = yield* check("guarded");
    expect(without.code).toBe(78);
    expect(without.text).toContain("[auth_api_token] agent_token (DK_AGENT_TOKEN)");
  });

  test("reports a bad configuration as the agent would", function* ({ command }) {
    const { code, error } = yield* command("check");
    expect(code).toBe(78);
    expect(error).toContain("agent_type");
  });
});
