import { PassThrough, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { flush, processTerminal } from "../../../../framework/cli/process-terminal.ts";

/** What takes one text after the other, each when `take` is called. */
function slow() {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      waiting.push(() => {
        taken.push(String(text));
        done();
      });
    },
  });
  return { stream, taken, take: () => waiting.shift()?.() };
}

/** What fails at each write. */
function failing(code: string): Writable {
  return new Writable({ write: (_text, _encoding, done) => done(Object.assign(new Error(code), { code })) });
}

/** Lets streams tell what has happened. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("flushing the output of a command", () => {
  test("waits until all of it is taken", async () => {
    const { stream: stdout, taken, take } = slow();
    const streams = { stdout, stderr: new PassThrough() };
    const terminal = processTerminal(streams);
    for (const text of ["first", "second"]) terminal.out(text);
    let isFlushed = false;
    const flushed = flush(streams).then(() => {
      isFlushed = true;
    });
    take();
    await turn();
    expect([taken, isFlushed]).toEqual([["first"], false]);
    take();
    await turn();
    take();
    await flushed;
    expect(taken).toEqual(["first", "second", ""]);
  });

  test("waits for standard error too", async () => {
    const { stream: stderr, taken, take } = slow();
    const streams = { stdout: new PassThrough(), stderr };
    processTerminal(streams).error("wrong");
    const flushed = flush(streams);
    take();
    await turn();
    take();
    await flushed;
    expect(taken).toEqual(["wrong", ""]);
  });

  test("writes nothing where nothing waits", async () => {
    const { stream, taken } = slow();
    await flush({ stdout: stream, stderr: stream });
    expect(taken).toEqual([]);
  });

  test("ends when nobody reads any more", async () => {
    const streams = { stdout: failing("EPIPE"), stderr: new PassThrough() };
    processTerminal(streams).out("text");
    await flush(streams);
    await turn();
    expect(streams.stdout.destroyed).toBe(true);
  });
});

test("what else goes wrong is not hidden", () => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  processTerminal(streams);
  const error = Object.assign(new Error("No space is left."), { code: "ENOSPC" });
  expect(() => streams.stdout.emit("error", error)).toThrow(error);
});
