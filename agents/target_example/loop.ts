import { type Operation, suspend } from "effection";
import {
  BrokenResourceError,
  backoff,
  CancelScope,
  type LoopReport,
  moveOnAfter,
  type Shutdown,
  settle,
  type Task,
  ThrottledLog,
  unitOfWork,
  untilShutdown,
  useShutdown,
  withTask,
} from "../../framework/core/index.ts";
import { useWebSocket, type WebSocketConnection, type WebSocketOptions } from "../../framework/websocket/index.ts";
import { AgentError, isUnrecoverable } from "../../toolkit/errors.ts";
import { type Logger, useLogger } from "../../toolkit/logging/index.ts";

const LONGEST_WAIT_MS = 60_000;

/** Messages that are kept together, so that a flood costs one sync of the disk for many of them. */
const MAX_BATCH = 256;

/** A connection that lasted this long was a good one: what comes after it starts anew. */
const HEALTHY_MS = 60_000;

/**
 * Executes `task` for message after message of a connection, and opens another when that one is lost: at once the first
 * time, then ever more slowly, for ever. On shutdown it closes the connection, takes what still comes, and returns.
 */
export function* websocketLoop<Output>(
  task: Task<WebSocketConnection, Output>,
  options: WebSocketOptions & { readonly reconnectMs: number },
): Operation<void> {
  yield* withTask(task, function* (execute, report) {
    const shutdown = yield* useShutdown();
    const log = yield* useLogger({ task: task.name });
    const trouble = new ThrottledLog(log);
    const waits = backoff({ initialMs: options.reconnectMs, maxMs: LONGEST_WAIT_MS });
    let losses = 0;
    report?.disconnected();
    while (!shutdown.requested) {
      const openedAtMs = performance.now();
      const error = yield* oneConnection(execute, options, { shutdown, log, report });
      report?.disconnected(error);
      if (isUnrecoverable(error) || error instanceof BrokenResourceError) throw error;
      if (shutdown.requested) return;
      if (performance.now() - openedAtMs >= HEALTHY_MS) {
        losses = 0;
        waits.reset();
      }
      const waitMs = losses++ === 0 ? 0 : waits.nextMs();
      report?.nextAt(performance.now() + waitMs);
      const fields = { err: error, waitMs: Math.round(waitMs) };
      log.debug({ waitMs: fields.waitMs }, "Connecting again.");
      trouble.warn(kindOf(error), fields, "No connection to the WebSocket service; connecting again.");
      yield* moveOnAfter(waitMs, () => untilShutdown(suspend), "reconnect");
    }
  });
}

function kindOf(error: unknown): string {
  return error instanceof AgentError ? error.code : "other";
}

/** Lives through one connection. @returns why it ended; `undefined` when shutdown cut the handshake short */
function* oneConnection(
  execute: (connection: WebSocketConnection) => Operation<void>,
  options: WebSocketOptions,
  {
    shutdown,
    log,
    report,
  }: { readonly shutdown: Shutdown; readonly log: Logger; readonly report?: LoopReport | undefined },
): Operation<unknown> {
  const handshake = new CancelScope({ label: "WebSocket connection" });
  let leave = () => handshake.cancel();
  const forget = shutdown.onRequest(() => leave());
  try {
    const ended = yield* handshake.run(() =>
      settle(function* () {
        const connection = yield* useWebSocket(options);
        leave = () => connection.close();
        if (shutdown.requested) leave();
        log.info("Connected to the WebSocket service.");
        report?.connected();
        while (true) yield* takeBatch(connection, execute, report);
      }),
    );
    return ended?.ok === false ? ended.error : undefined;
  } finally {
    forget();
  }
}

/** Waits for a message and takes it, and those that have come with it. Nothing more is read until they are kept. */
function* takeBatch(
  connection: WebSocketConnection,
  execute: (connection: WebSocketConnection) => Operation<void>,
  report: LoopReport | undefined,
): Operation<void> {
  let failed: { readonly error: unknown } | undefined;
  yield* unitOfWork(function* () {
    try {
      for (let taken = 0; taken === 0 || (taken < MAX_BATCH && connection.pending > 0); taken++) {
        yield* execute(connection);
        report?.succeeded();
      }
    } catch (error) {
      failed = { error }; // The messages before it are to be kept: they cannot be read again.
    }
  });
  if (failed !== undefined) throw failed.error;
}
