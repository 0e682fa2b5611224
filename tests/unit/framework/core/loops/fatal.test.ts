import { describe, expect, test } from "vitest";
import { BrokenResourceError, ClosedResourceError, openMemoryChannel } from "../../../../../framework/core/index.ts";
import { isFatal } from "../../../../../framework/core/loops/fatal.ts";
import { UnrecoverableError } from "../../../../../toolkit/errors.ts";

const broken = new BrokenResourceError();
const ordinary = new Error("refused");

/** @returns the end through which a task sends */
function outbound({ receivers }: { readonly receivers: "open" | "closed" }) {
  const [send, receive] = openMemoryChannel<never>(0);
  if (receivers === "closed") receive.close();
  return send;
}

describe("an error ends the loop", () => {
  test("when it is unrecoverable", () => {
    expect(isFatal(new UnrecoverableError("E_TEST", "No such account."), undefined)).toBe(true);
    expect(isFatal(ordinary, undefined)).toBe(false);
  });

  test.each([
    ["alone", broken],
    ["among others", new AggregateError([ordinary, broken])],
  ])("when it says, %s, that nobody receives what the task sends", (_how, error) => {
    expect(isFatal(error, outbound({ receivers: "closed" }))).toBe(true);
  });

  test.each([
    ["alone", new ClosedResourceError()],
    ["among others", new AggregateError([ordinary, new ClosedResourceError()])],
  ])("when it says, %s, that somebody has closed the end through which the task sends", (_how, error) => {
    const end = outbound({ receivers: "open" });
    expect(isFatal(error, end)).toBe(false);
    end.close();
    expect(isFatal(error, end)).toBe(true);
    expect(isFatal(ordinary, end)).toBe(false);
  });

  test("but not when the broken channel is another one than the task's", () => {
    expect(isFatal(broken, outbound({ receivers: "open" }))).toBe(false);
    expect(isFatal(broken, undefined)).toBe(false);
  });

  test("but not an ordinary one, though nobody receives any more", () => {
    expect(isFatal(ordinary, outbound({ receivers: "closed" }))).toBe(false);
  });
});
