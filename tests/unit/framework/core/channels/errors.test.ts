import { describe, expect, test } from "vitest";
import {
  BrokenResourceError,
  ClosedResourceError,
  EndOfChannel,
  WouldBlock,
} from "../../../../../framework/core/index.ts";

describe("an error of a channel", () => {
  test.each([
    [new EndOfChannel(), "E_CHANNEL_END", /ended: its senders are closed and all they sent was received/],
    [new BrokenResourceError(), "E_CHANNEL_BROKEN", /Nobody can receive .*: every receive end .* is closed/],
    [
      new ClosedResourceError(),
      "E_CHANNEL_CLOSED",
      /This end .* is closed\. Give every user of a channel its own clone/,
    ],
    [new WouldBlock("The channel is full."), "E_CHANNEL_WOULD_BLOCK", /^The channel is full\.$/],
  ])("has its own name and code, and says what has happened: %s", (error, code, message) => {
    expect(error).toMatchObject({ name: error.constructor.name, code, message: expect.stringMatching(message) });
  });

  test("is worth another try only if there may be room, or an item, later", () => {
    const errors = [new EndOfChannel(), new BrokenResourceError(), new ClosedResourceError(), new WouldBlock("")];
    expect(errors.filter(({ retryable }) => retryable)).toEqual([new WouldBlock("")]);
  });
});
