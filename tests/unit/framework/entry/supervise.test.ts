import { call, type Operation, sleep } from "effection";
import { openNursery, Shutdown } from "../../../../framework/core/index.ts";
import { exitCodes } from "../../../../framework/entry/index.ts";
import { supervise } from "../../../../framework/entry/supervise.ts";
import { captureLog, describe, expect, test } from "../../../../testlib/index.ts";
import { AgentError, UnrecoverableError, useLogger } from "../../../../toolkit/index.ts";

describe("how an agent ends", () => {
  test("by itself: exit code 0", function* () {
    const { code, log } = yield* superviseIt(() => sleep(1));
    expect([code, log.messages]).toEqual([exitCodes.clean, ["The agent has ended."]]);
  });

  test("with an error that only a person can mend: exit code 1, and its text without a stack", function* () {
    const { code, log } = yield* superviseIt(function* () {
      throw new UnrecoverableError("E_UNAUTHORIZED", "Renew the key.");
    });
    expect(code).toBe(exitCodes.failed);
    expect(log.lines).toEqual([
      expect.objectContaining({ level: "error", code: "E_UNAUTHORIZED", msg: "Renew the key." }),
    ]);
    expect(log.lines[0]).not.toHaveProperty("err");
  });

  test("with any other error: exit code 1, each error of a nursery logged with its stack", function* () {
    const { code, log } = yield* superviseIt(() =>
      openNursery(function* (nursery) {
        nursery.startSoon(() => failsInCleanup("second"));
        yield* sleep(1);
        throw new Error("first");
      }),
    );
    expect(code).toBe(exitCodes.failed);
    expect(log.lines.map(({ msg, err }) => [msg, err])).toEqual([
      [
        "The agent failed.",
        expect.objectContaining({ message: "first", stack: expect.stringContaining("supervise.test") }),
      ],
      ["The agent failed.", expect.objectContaining({ message: "second" })],
    ]);
  });

  test.each([["E_HTTP_CA_FILE"], ["E_HTTP_PROXY_URL"]] as const)(
    "with settings that only then show to be wrong: exit code 78 for %s",
    function* ([errorCode]) {
      const { code, log } = yield* superviseIt(function* () {
        throw new AgentError(errorCode, "Set agent_token under [auth_api_token].");
      });
      expect([code, log.messages]).toEqual([exitCodes.configuration, ["Set agent_token under [auth_api_token]."]]);
    },
  );
});

function* superviseIt(agent: () => Operation<unknown>) {
  const log = yield* captureLog();
  const options = { log: yield* useLogger(), shutdown: new Shutdown(), shutdownTimeoutMs: 1_000 };
  const listeners = process.listenerCount("SIGTERM");
  const code = yield* call(() =>
    supervise(function* () {
      yield* agent();
    }, options),
  );
  expect(process.listenerCount("SIGTERM")).toBe(listeners);
  return { code, log };
}

function* failsInCleanup(message: string): Operation<void> {
  let ended = false;
  try {
    yield* sleep(1_000);
    ended = true;
  } finally {
    failUnless(ended, message);
  }
}

function failUnless(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
