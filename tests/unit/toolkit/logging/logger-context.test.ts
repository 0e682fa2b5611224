import { spawn } from "effection";
import { expect, test } from "../../../../testlib/index.ts";
import {
  createLogger,
  LoggerContext,
  Redactor,
  RedactorContext,
  useLogger,
  useRedactor,
} from "../../../../toolkit/index.ts";

test("gives the run's logger to everything below, with the bindings asked for", function* () {
  const lines: unknown[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  yield* LoggerContext.set(createLogger({ level: "info", destination }));
  const child = yield* spawn(function* () {
    const log = yield* useLogger({ task: "acme" });
    log.info("Hello.");
  });
  yield* child;
  expect(lines).toEqual([{ level: "info", time: expect.any(String), task: "acme", msg: "Hello." }]);
});

test("gives the very same logger when no bindings are asked for", function* () {
  const logger = createLogger({ level: "info", destination: { write() {} } });
  yield* LoggerContext.set(logger);
  expect(yield* useLogger()).toBe(logger);
});

test("gives a silent logger where none is set", function* () {
  const log = yield* useLogger({ task: "acme" });
  expect(log.isLevelEnabled("fatal")).toBe(false);
  log.error("Nobody sees this.");
});

test("gives the run's redactor, and one of no effect where none is set", function* () {
  (yield* useRedactor()).add("hunter2");
  const redactor = new Redactor();
  yield* RedactorContext.set(redactor);
  (yield* useRedactor()).add("hunter3");
  expect(redactor.redact("hunter2 hunter3")).toBe("hunter2 **********");
});
