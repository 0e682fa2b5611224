import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { AgentError, createLogger, type LoggerOptions, MASK, Redactor, Secret } from "../../../../toolkit/index.ts";

const SECRET = 'hunter2"&\n';

function logInto(lines: string[], options: Partial<LoggerOptions> = {}) {
  return createLogger({ level: "debug", destination: { write: (line) => void lines.push(line) }, ...options });
}

function loggedError(err: unknown) {
  const lines: string[] = [];
  logInto(lines).warn({ err }, "Failed.");
  return JSON.parse(lines[0] ?? "").err;
}

function redactorOf(secret: string): Redactor {
  const redactor = new Redactor();
  redactor.add(secret);
  return redactor;
}

test("writes one JSON object a line, with level, time, fields and message", () => {
  const lines: string[] = [];
  logInto(lines).info({ port: 80 }, "Started.");
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith("}\n")).toBe(true);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    port: 80,
    msg: "Started.",
  });
});

test.each([
  ["debug", ["debug", "info", "warn", "error"]],
  ["info", ["info", "warn", "error"]],
  ["warning", ["warn", "error"]],
  ["error", ["error"]],
] as const)("at level %s writes %j", (level, expected) => {
  const lines: string[] = [];
  const log = logInto(lines, { level });
  log.debug("d");
  log.info("i");
  log.warn("w");
  log.error("e");
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected);
});

test("writes an error with code, causes and stack", () => {
  const lines: string[] = [];
  const error = new AgentError("E_TEST", "outer", { cause: new Error("inner"), retryable: true });
  logInto(lines).error({ err: error }, "Failed.");
  expect(JSON.parse(lines[0] ?? "").err).toMatchObject({
    type: "AgentError",
    message: "outer: inner",
    code: "E_TEST",
    retryable: true,
    stack: expect.stringContaining("caused by: Error: inner"),
  });
});

test("tells a cause once: not again when the message has its words", () => {
  const broken = new Error("connect ECONNREFUSED");
  const told = new AgentError("E_TEST", "Cannot connect: connect ECONNREFUSED (4 attempts).", { cause: broken });
  const timedOut = new Error("Too slow.", { cause: new Error("no answer") });
  const circular = new Error("a");
  circular.cause = new Error("b", { cause: circular });
  expect(
    [
      told,
      new Error("The tick failed.", { cause: told }),
      new Error("Cannot read: Too slow.", { cause: timedOut }),
      new Error("No words.", { cause: new AggregateError([]) }),
      new Error("No error.", { cause: "text" }),
      circular,
    ].map((err) => loggedError(err).message),
  ).toEqual([
    told.message,
    `The tick failed: ${told.message}`,
    "Cannot read: Too slow: no answer",
    "No words.",
    "No error.",
    "a: b",
  ]);
  expect(loggedError(new AggregateError([told])).aggregateErrors[0].message).toBe(told.message);
});

test("writes as it is what was thrown and is no error", () => {
  expect(loggedError("text")).toBe("text");
});

test("lets no secret through: not in fields, messages, errors, causes, stacks, URLs or headers", () => {
  const lines: string[] = [];
  const log = logInto(lines, { redactor: redactorOf(SECRET) });
  const cause = new Error(`refused ${SECRET}`);
  const err = new AggregateError([new AgentError("E_TEST", `key ${SECRET} refused`, { cause })], `all of ${SECRET}`);
  const url = `https://host/?key=${encodeURIComponent(SECRET)}`;
  const authorization = `Basic ${Buffer.from(`user:${SECRET}`).toString("base64")}`;
  log.child({ bound: SECRET }).warn(
    {
      err,
      url,
      headers: { authorization },
      body: JSON.stringify({ key: SECRET }),
      [SECRET]: 1,
      wrapped: new Secret("x"),
    },
    `Message ${SECRET}`,
  );
  const line = lines.join("");
  expect(line).not.toContain("hunter2");
  expect(line).not.toContain(Buffer.from("hunter2").toString("base64").slice(0, 8));
  expect(JSON.parse(line)).toMatchObject({
    url: `https://host/?key=${MASK}`,
    bound: MASK,
    msg: `Message ${MASK}`,
    wrapped: MASK,
  });
});

test("still writes JSON when a secret is a number and occurs as one", () => {
  const lines: string[] = [];
  logInto(lines, { redactor: redactorOf("123456") }).info(
    { pin: 123456, text: 'a "123456"', list: [1, -123456.5] },
    "123456",
  );
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    pin: MASK,
    text: `a "${MASK}"`,
    list: [1, `-${MASK}.5`],
    msg: MASK,
  });
});

test.each([
  ["nightly-key", "first\nightly-key"],
  ["u0001xyz", "\u0001xyz"],
  ["b.c.d", "a\b.c.d"],
])("still writes JSON when the secret %j seems to begin in an escape", (secret, text) => {
  const lines: string[] = [];
  const log = logInto(lines, { redactor: redactorOf(secret) });
  log.info({ list: [text, `key ${secret}`], [`${text}${secret}`]: secret, none: null }, text);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    level: "info",
    time: expect.any(String),
    list: [text, `key ${MASK}`],
    [`${text}${MASK}`]: MASK,
    none: null,
    msg: text,
  });
});

test("learns secrets while it runs", () => {
  const lines: string[] = [];
  const redactor = new Redactor();
  const log = logInto(lines, { redactor });
  log.info("token-1");
  redactor.add("token-1");
  log.info("token-1");
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["token-1", MASK]);
});

test("writes for people when asked to, without secrets", () => {
  const lines: string[] = [];
  logInto(lines, { pretty: true, redactor: redactorOf(SECRET) }).warn({ key: SECRET, port: 80 }, "Slow.");
  expect(lines.join("")).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: Slow\.\n {4}key: "\*{10}"\n {4}port: 80\n$/);
});

test("loses no line when the process dies right after, even when it is killed", () => {
  const program = `
    import { createLogger } from ${JSON.stringify(import.meta.resolve("../../../../toolkit/logging/index.ts"))};
    const log = createLogger({ level: "info" });
    for (let i = 0; i < 2000; i++) log.info({ i, filler: "x".repeat(200) }, "Line.");
    process.kill(process.pid, "SIGKILL");`;
  const run = () => execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
  expect(run).toThrow(
    expect.objectContaining({ signal: "SIGKILL", stdout: expect.stringMatching(/"i":1999,.+"msg":"Line\."}\n$/) }),
  );
});
