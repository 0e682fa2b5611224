import type { Operation } from "effection";
import { type Answer, answerInTurn, type TestServer, useServer } from "../support/servers.ts";

export interface TimedServer extends TestServer {
  /** When each request came, by `Date.now()`. */
  readonly times: readonly number[];
}

/** Each request gets the next answer; the last one is for all that follow. */
export function* useTimedServer(...answers: readonly Answer[]): Operation<TimedServer> {
  const times: number[] = [];
  const next = answerInTurn(...answers);
  const server = yield* useServer((response, request) => {
    times.push(Date.now());
    next(response, request);
  });
  return Object.assign(server, { times });
}
