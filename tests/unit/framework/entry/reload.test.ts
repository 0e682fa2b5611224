import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Operation, spawn, suspend } from "effection";
import { coreConfiguration } from "../../../../framework/configuration/index.ts";
import {
  openMemoryChannel,
  Shutdown,
  ShutdownContext,
  settle,
  untilShutdown,
} from "../../../../framework/core/index.ts";
import { type AgentTable, prepare } from "../../../../framework/entry/index.ts";
import type { Prepared } from "../../../../framework/entry/prepare.ts";
import { Reload } from "../../../../framework/entry/reload.ts";
import { test as base, configurations, describe, expect } from "../../../../testlib/index.ts";
import { AgentError, useLogger } from "../../../../toolkit/index.ts";

const table: AgentTable = {
  acme: { configurations: [], credentials: { kinds: ["api_token"] }, load: async () => function* () {} },
  other: { configurations: [], load: async () => function* () {} },
};

interface Life {
  readonly key: string;
  readonly shutdown: Shutdown;
}

const test = base.extend({
  /** An agent.toml that can be changed, and an agent that starts with it each time and lives until shutdown. */
  *reloading({ stateDirectory, log: _ }) {
    const write = (core: Readonly<Record<string, unknown>>, credentials = configurations.auth_api_token.toml) => {
      const settings = configurations.core.with({ agent_type: "acme", ...core }).toml;
      writeFileSync(join(stateDirectory, "agent.toml"), `${settings}\n${credentials}`);
    };
    const read = () => prepare(table, { env: {}, workingDirectory: stateDirectory, directories: [stateDirectory] });
    write({ agent_key: "first" });
    const adopted: Prepared[] = [];
    const shutdown = new Shutdown();
    const log = yield* useLogger();
    const adopt = (prepared: Prepared) => adopted.push(prepared);
    const reload = new Reload(read(), { read, adopt, log, shutdown, timeoutMs: 5_000 });
    const [started, lives] = openMemoryChannel<Life>(10);
    return { write, reload, shutdown, adopted, started, lives };
  },
});

function keyOf({ registry }: Prepared): string {
  return registry.lookup(coreConfiguration).agent_key;
}

describe("a reload", () => {
  test("ends the agent in good order and starts it with the new configuration", function* ({ reloading, log }) {
    const { write, reload, shutdown, adopted, started, lives } = reloading;
    const running = yield* spawn(() => reload.run((prepared, own) => live(started, prepared, own)));
    const first = yield* lives.receive();
    write({ agent_key: "second" });
    reload.request();
    const second = yield* lives.receive();
    expect([first.key, second.key]).toEqual(["first", "second"]);
    expect([first.shutdown.requested, first.shutdown.isReload, second.shutdown.requested]).toEqual([true, true, false]);
    expect([adopted.map(keyOf), keyOf(reload.current)]).toEqual([["first", "second"], "second"]);
    expect(log.messages).toEqual(["The configuration has been read again; the agent goes on with it."]);
    shutdown.request();
    yield* running;
    expect(second.shutdown.isReload).toBe(false);
  });

  test("keeps the agent as it is when the new configuration is wrong, and says what is", function* ({
    reloading,
    log,
  }) {
    const { write, reload, shutdown, started, lives } = reloading;
    const running = yield* spawn(() => reload.run((prepared, own) => live(started, prepared, own)));
    const { shutdown: own } = yield* lives.receive();
    write({ heartbeat_period: -1 });
    reload.request();
    expect([own.requested, keyOf(reload.current)]).toEqual([false, "first"]);
    log.expectError("heartbeat_period");
    expect(log.messages[0]).toMatch(/agent\.toml:\d+:\d+/);
    shutdown.request();
    yield* running;
  });

  test("keeps the agent as it is when its credentials are gone", function* ({ reloading, log }) {
    const { write, reload } = reloading;
    write({ agent_key: "second" }, "");
    reload.request();
    log.expectError("[auth_api_token] agent_token (DK_AGENT_TOKEN)");
    expect([reload.current.credentials?.kind, keyOf(reload.current)]).toEqual(["api_token", "first"]);
  });

  test("does not change which agent it is", function* ({ reloading, log }) {
    const { write, reload } = reloading;
    write({ agent_type: "other" });
    reload.request();
    log.expectError("agent_type is other now. Start the process again for that; acme goes on.");
  });

  test("names the settings that belong to the process", function* ({ reloading, log }) {
    const { write, reload } = reloading;
    write({ shutdown_timeout: 3, service_port: 0 });
    reload.request();
    expect(log.lines[0]).toMatchObject({ level: "warn", settings: ["shutdown_timeout", "service_port"] });
  });

  test("leaves the settings of the process as they are, also for who looks them up or at them", function* ({
    reloading,
  }) {
    const { write, reload, shutdown, adopted, started, lives } = reloading;
    const running = yield* spawn(() => reload.run((prepared, own) => live(started, prepared, own)));
    yield* lives.receive();
    write({ agent_key: "second", shutdown_timeout: 3 });
    reload.request();
    yield* lives.receive();
    const { shutdown_timeout } = reload.current.registry.lookup(coreConfiguration);
    expect([keyOf(reload.current), shutdown_timeout]).toEqual(["second", 20]);
    expect(shown(reload.current, "agent_key")).toEqual({ value: '"second"', where: "agent.toml:3:13" });
    expect(shown(reload.current, "shutdown_timeout")).toEqual({ value: "20", where: "default" });
    expect(reload.current.settings.map(({ key }) => key)).toEqual(adopted[0]?.settings.map(({ key }) => key));
    shutdown.request();
    yield* running;
  });

  test("compares the settings of the process with those it was started with", function* ({ reloading, log }) {
    const { write, reload } = reloading;
    write({ shutdown_timeout: 3 });
    reload.request();
    write({ shutdown_timeout: 20 });
    reload.request();
    expect(log.lines.filter(({ level }) => level === "warn")).toMatchObject([{ settings: ["shutdown_timeout"] }]);
  });

  test("before the agent starts is what it starts with", function* ({ reloading }) {
    const { write, reload, shutdown, started, lives } = reloading;
    write({ agent_key: "second" });
    reload.request();
    const running = yield* spawn(() => reload.run((prepared, own) => live(started, prepared, own)));
    expect((yield* lives.receive()).key).toBe("second");
    shutdown.request();
    yield* running;
  });

  test("goes back when only the agent's start shows that the new configuration is wrong", function* ({
    reloading,
    log,
  }) {
    const { write, reload, shutdown, adopted, started, lives } = reloading;
    const running = yield* spawn(() => reload.run((prepared, own) => liveUnlessBad(started, prepared, own)));
    const keys = [(yield* lives.receive()).key];
    for (const key of ["bad", "second", "bad"]) {
      write({ agent_key: key });
      reload.request();
      keys.push((yield* lives.receive()).key);
    }
    expect(keys).toEqual(["first", "first", "second", "second"]);
    expect(adopted.map(keyOf)).toEqual(["first", "bad", "first", "second", "bad", "second"]);
    log.expectError({ code: "E_HTTP_CA_FILE", msg: "Correct ssl_cert_file." });
    log.expectError("The agent goes back to the configuration it had.");
    shutdown.request();
    yield* running;
  });

  test("tries the configuration of yet another reload before it goes back", function* ({ reloading, log }) {
    const { write, reload, shutdown, started, lives } = reloading;
    const running = yield* spawn(() =>
      reload.run(function* (prepared, own) {
        if (keyOf(prepared) === "bad") {
          write({ agent_key: "second" });
          reload.request();
        }
        yield* liveUnlessBad(started, prepared, own);
      }),
    );
    yield* lives.receive();
    write({ agent_key: "bad" });
    reload.request();
    expect((yield* lives.receive()).key).toBe("second");
    log.expectError({ code: "E_HTTP_CA_FILE" });
    shutdown.request();
    yield* running;
  });

  test("does not go back a second time: the agent ends when what it had is wrong by now", function* ({
    reloading,
    log,
  }) {
    const { write, reload, started, lives } = reloading;
    let lifeCount = 0;
    const running = yield* spawn(() =>
      settle(() =>
        reload.run(function* (prepared, own) {
          if (++lifeCount > 1) throw noSuchFile();
          yield* live(started, prepared, own);
        }),
      ),
    );
    yield* lives.receive();
    write({ agent_key: "second" });
    reload.request();
    expect(yield* running).toMatchObject({ ok: false, error: { code: "E_HTTP_CA_FILE" } });
    expect(lifeCount).toBe(3);
    log.expectError({ code: "E_HTTP_CA_FILE" });
    log.expectError("goes back");
  });

  test("does not go back after an error of another kind", function* ({ reloading }) {
    const { write, reload, started, lives } = reloading;
    const running = yield* spawn(() =>
      settle(() =>
        reload.run(function* (prepared, own) {
          if (keyOf(prepared) === "second") throw new Error("It broke.");
          yield* live(started, prepared, own);
        }),
      ),
    );
    yield* lives.receive();
    write({ agent_key: "second" });
    reload.request();
    expect(yield* running).toMatchObject({ ok: false, error: { message: "It broke." } });
  });

  test("halts an agent that does not end in time", function* ({ clock, reloading }) {
    const { write, reload, shutdown, started, lives } = reloading;
    const running = yield* spawn(() =>
      reload.run(function* (prepared, own) {
        yield* started.send({ key: keyOf(prepared), shutdown: own });
        if (keyOf(prepared) === "first") yield* suspend();
        yield* untilOwn(own);
      }),
    );
    yield* lives.receive();
    write({ agent_key: "second" });
    reload.request();
    const { key } = yield* lives.receive();
    expect([key, clock.now()]).toEqual(["second", 5_000]);
    shutdown.request();
    yield* running;
  });

  test("during which the process is told to end starts the agent once more, to deliver what is left", function* ({
    reloading,
  }) {
    const { reload, shutdown, started, lives } = reloading;
    const running = yield* spawn(() => reload.run((prepared, own) => live(started, prepared, own)));
    yield* lives.receive();
    reload.request();
    shutdown.request();
    yield* running;
    const last = yield* lives.receive();
    expect([last.shutdown.requested, last.shutdown.isReload]).toEqual([true, false]);
  });

  test("does nothing once the process is to end", function* ({ reloading, log }) {
    const { reload, shutdown } = reloading;
    shutdown.request();
    reload.request();
    expect(log.messages).toEqual([]);
  });
});

test("an agent that ends by itself is not started again", function* ({ reloading }) {
  const { reload, adopted } = reloading;
  yield* reload.run(function* () {});
  expect(adopted).toHaveLength(1);
});

function* live(
  started: { send(life: Life): Operation<void> },
  prepared: Prepared,
  shutdown: Shutdown,
): Operation<void> {
  yield* started.send({ key: keyOf(prepared), shutdown });
  yield* untilOwn(shutdown);
}

function* liveUnlessBad(started: Parameters<typeof live>[0], prepared: Prepared, shutdown: Shutdown): Operation<void> {
  if (keyOf(prepared) === "bad") throw noSuchFile();
  yield* live(started, prepared, shutdown);
}

/** What only the agent's start finds out. */
function noSuchFile(): AgentError {
  return new AgentError("E_HTTP_CA_FILE", "Correct ssl_cert_file.");
}

/** A setting as a person sees it. */
function shown({ settings }: Prepared, wanted: string) {
  const found = settings.find(({ key }) => key === wanted);
  return found && { value: found.value, where: found.where };
}

function* untilOwn(shutdown: Shutdown): Operation<void> {
  yield* ShutdownContext.set(shutdown);
  yield* untilShutdown(suspend);
}
