import type { z } from "zod";
import { maxTextLength } from "../limits.ts";
import { bareObject, optional, textUpTo, timeWithOffset } from "./kinds.ts";

/** Body of `POST agent/v1/heartbeat`. Empty texts pass, and `tool` is taken as it is, unlike an event's tool. */
export const heartbeatSchema = bareObject({
  key: textUpTo(maxTextLength),
  tool: textUpTo(maxTextLength),
  version: textUpTo(maxTextLength),
  latest_event_timestamp: optional(timeWithOffset()),
});

/** What a heartbeat says; an absent or null `latest_event_timestamp` (wire format) clears what the server knew. */
export type HeartbeatBody = Readonly<z.output<typeof heartbeatSchema>>;
