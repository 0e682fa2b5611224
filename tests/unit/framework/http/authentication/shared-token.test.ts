import { type Operation, sleep, spawn, suspend, withResolvers } from "effection";
import { type AccessToken, useSharedToken } from "../../../../../framework/http/authentication/shared-token.ts";
import type { Authenticator, AuthHeaders } from "../../../../../framework/http/index.ts";
import { describe, expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { AgentError, Redactor, RedactorContext } from "../../../../../toolkit/index.ts";

const HOUR_MS = 3_600_000;

type Outcome = AccessToken | AgentError;

/** Gives these after 100 ms each, the last one again and again. `calls` is when each was asked for. */
function source(...outcomes: readonly Outcome[]) {
  const calls: number[] = [];
  function* fetch(): Operation<AccessToken> {
    calls.push(Date.now());
    const outcome = outcomes[Math.min(calls.length, outcomes.length) - 1];
    yield* sleep(100);
    if (outcome === undefined || outcome instanceof AgentError) throw outcome;
    return outcome;
  }
  return { fetch, calls };
}

const token = (value: string, lifetimeMs = HOUR_MS): AccessToken => ({ value, lifetimeMs });
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
const down = new AgentError("E_TEST_DOWN", "The sign-in service is down.", { retryable: true });

describe("one fetch", () => {
  test("serves all requests that need a token at the same time, and those that follow", function* ({ clock }) {
    const { fetch, calls } = source(token("first"));
    const auth = yield* useSharedToken(fetch);
    const [one, two] = [yield* spawn(() => auth.headers()), yield* spawn(() => auth.headers())];
    expect([yield* one, yield* two]).toEqual([bearer("first"), bearer("first")]);
    yield* clock.advance(3_000_000);
    expect(yield* auth.headers()).toEqual(bearer("first"));
    expect(calls).toEqual([0]);
  });

  test("goes on for the others when the request that began it is halted", function* ({ clock }) {
    const { fetch, calls } = source(token("first"));
    const auth = yield* useSharedToken(fetch);
    const [one, two] = [yield* spawn(() => auth.headers()), yield* spawn(() => auth.headers())];
    yield* clock.advance(50);
    yield* one.halt();
    expect(yield* two).toEqual(bearer("first"));
    expect(clock.now()).toBe(100);
    expect(calls).toEqual([0]);
  });

  test("goes on when nobody waits for it any more, and serves the next request", function* ({ clock }) {
    const { fetch, calls } = source(token("first"));
    const auth = yield* useSharedToken(fetch);
    const only = yield* spawn(() => auth.headers());
    yield* clock.advance(50);
    yield* only.halt();
    yield* clock.advance(50);
    expect(yield* auth.headers()).toEqual(bearer("first"));
    expect(clock.now()).toBe(100);
    expect(calls).toEqual([0]);
  });

  test("that fails does so for all who wait; the next request tries again", function* ({ clock }) {
    const { fetch, calls } = source(down, token("second"));
    const auth = yield* useSharedToken(fetch);
    const waiting = [];
    for (let index = 0; index < 3; index += 1) waiting.push(yield* spawn(() => thrownBy(() => auth.headers())));
    for (const each of waiting) expect(yield* each).toBe(down);
    expect(yield* auth.headers()).toEqual(bearer("second"));
    expect(calls).toEqual([0, 100]);
    expect(clock.now()).toBe(200);
  });

  test("ends with the scope it belongs to, and whoever waits elsewhere hears of it", function* ({ clock }) {
    const { fetch, calls } = source(token("first"));
    const opened = withResolvers<Authenticator>();
    const owner = yield* spawn(function* () {
      opened.resolve(yield* useSharedToken(fetch));
      yield* suspend();
    });
    const auth = yield* opened.operation;
    const waiting = yield* spawn(() => thrownBy(() => auth.headers()));
    yield* clock.advance(50);
    yield* owner.halt();
    expect(yield* waiting).toMatchObject({ code: "E_HTTP_CLOSED", retryable: false });
    expect(yield* thrownBy(() => auth.headers())).toMatchObject({ code: "E_HTTP_CLOSED" });
    expect(calls).toEqual([0]);
    expect(clock.now()).toBe(50);
  });
});

describe("before a token expires", () => {
  test("it is used on while the next one is fetched: 5 minutes before an hour is over", function* ({ clock }) {
    const { fetch, calls } = source(token("first"), token("second"));
    const auth = yield* useSharedToken(fetch);
    yield* auth.headers();
    yield* clock.advance(3_299_999);
    expect(yield* auth.headers()).toEqual(bearer("first"));
    expect(calls).toEqual([0]);
    yield* clock.advance(1);
    expect(yield* auth.headers()).toEqual(bearer("first"));
    yield* clock.advance(99);
    expect(yield* auth.headers()).toEqual(bearer("first"));
    yield* clock.advance(1);
    expect(yield* auth.headers()).toEqual(bearer("second"));
    expect(calls).toEqual([0, 3_300_100]);
  });

  test("a short-lived one is replaced at half its time", function* ({ clock }) {
    const { fetch, calls } = source(token("first", 60_000), token("second"));
    const auth = yield* useSharedToken(fetch);
    yield* auth.headers();
    yield* clock.advance(30_000);
    yield* auth.headers();
    yield* clock.advance(100);
    expect(yield* auth.headers()).toEqual(bearer("second"));
    expect(calls).toEqual([0, 30_100]);
  });

  test("a renewal that fails is tried again every 30 s, and is nobody's failure before then", function* ({
    clock,
    log,
  }) {
    const { fetch, calls } = source(token("first"), down, down, token("second"));
    const auth = yield* useSharedToken(fetch);
    yield* auth.headers();
    yield* clock.advance(3_300_000);
    const seen = new Set<string>();
    for (let second = 0; second < 62; second += 1) {
      seen.add((yield* auth.headers())["authorization"] ?? "");
      yield* clock.advance(1_000);
    }
    expect(yield* auth.headers()).toEqual(bearer("first"));
    yield* clock.advance(1_000);
    expect(yield* auth.headers()).toEqual(bearer("second"));
    expect([...seen]).toEqual(["Bearer first"]);
    expect(calls).toEqual([0, 3_300_100, 3_331_100, 3_362_100]);
    expect(log.lines.filter(({ level }) => level === "warn")).toHaveLength(2);
    log.expect({ level: "warn", err: { code: "E_TEST_DOWN" } });
  });

  test("and after, requests wait for the next one", function* ({ clock }) {
    const { fetch, calls } = source(token("first"), token("second"));
    const auth = yield* useSharedToken(fetch);
    yield* auth.headers();
    yield* clock.advance(HOUR_MS);
    expect(yield* auth.headers()).toEqual(bearer("second"));
    expect(calls).toEqual([0, 3_600_100]);
    expect(clock.now()).toBe(3_600_200);
  });
});

describe("a token that the tool refuses", () => {
  test("is replaced, once for all requests that had it", function* ({ clock }) {
    const { fetch, calls } = source(token("first"), token("second"));
    const auth = yield* useSharedToken(fetch);
    const first = yield* auth.headers();
    expect(yield* refused(auth, first)).toBe(true);
    const next = yield* spawn(() => auth.headers());
    expect(yield* refused(auth, first)).toBe(true);
    expect(yield* next).toEqual(bearer("second"));
    expect(yield* refused(auth, first)).toBe(true);
    expect(yield* auth.headers()).toEqual(bearer("second"));
    expect(calls).toEqual([0, 100]);
    expect(clock.now()).toBe(200);
  });

  test("is not replaced over and over: the sign-in service would lock us out", function* ({ clock }) {
    const { fetch, calls } = source(token("first"), token("second"), token("third"));
    const auth = yield* useSharedToken(fetch);
    expect(yield* refused(auth, yield* auth.headers())).toBe(true);
    const second = yield* auth.headers();
    yield* clock.advance(59_000);
    expect(yield* refused(auth, second)).toBe(false);
    expect(yield* auth.headers()).toEqual(bearer("second"));
    yield* clock.advance(1_000);
    expect(yield* refused(auth, second)).toBe(true);
    expect(yield* auth.headers()).toEqual(bearer("third"));
    expect(calls).toEqual([0, 100, 60_200]);
  });
});

test("the run's redactor knows the token in use, and forgets the one before", function* ({ clock }) {
  const redactor = yield* RedactorContext.set(new Redactor());
  const { fetch } = source(token("first-token"), token("second-token"));
  const auth = yield* useSharedToken(fetch);
  yield* auth.headers();
  expect(redactor.redact("first-token second-token")).toBe("********** second-token");
  yield* clock.advance(HOUR_MS);
  yield* auth.headers();
  expect(redactor.redact("first-token second-token")).toBe("first-token **********");
});

function refused(auth: Authenticator, headers: AuthHeaders): Operation<boolean> {
  if (auth.refused === undefined) throw new TypeError("A shared token can be refused.");
  return auth.refused(headers);
}
