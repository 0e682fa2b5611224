import { AgentError } from "../../../toolkit/errors.ts";

/** Every send end is closed and everything sent was received: the ordinary end of a `receive` loop. */
export class EndOfChannel extends AgentError {
  override readonly name: string = "EndOfChannel";

  constructor() {
    super("E_CHANNEL_END", "The channel has ended: its senders are closed and all they sent was received.");
  }
}

/** The other side is gone: nobody is left who could receive. */
export class BrokenResourceError extends AgentError {
  override readonly name: string = "BrokenResourceError";

  constructor() {
    super("E_CHANNEL_BROKEN", "Nobody can receive this item: every receive end of the channel is closed.");
  }
}

/** This very end was closed, before the call or while it waited. */
export class ClosedResourceError extends AgentError {
  override readonly name: string = "ClosedResourceError";

  constructor() {
    super("E_CHANNEL_CLOSED", "This end of the channel is closed. Give every user of a channel its own clone().");
  }
}

/** `sendNowait` on a full channel, `receiveNowait` on an empty one. */
export class WouldBlock extends AgentError {
  override readonly name: string = "WouldBlock";

  constructor(message: string) {
    super("E_CHANNEL_WOULD_BLOCK", message, { retryable: true });
  }
}
