import type { WebSocket } from "ws";

/** A ping at least this often, so that proxies on the way keep the connection. */
const LONGEST_PING_PERIOD_MS = 30_000;

/** The TCP connection below. A long message on a slow line is a sign of life long before it is complete. */
interface Line {
  readonly bytesRead: number;
}

/**
 * Pings the peer, and cuts the connection when nothing at all has come from it for `timeoutMs` (and up to half as much
 * again): a peer that is gone without a word looks idle for ever otherwise. A paused socket hears nothing, so it does not
 * count as silent.
 * @param giveUp is called just before the connection is cut
 * @returns what ends it
 */
export function keepAlive(
  socket: WebSocket,
  line: Line,
  { timeoutMs, giveUp }: { readonly timeoutMs: number; readonly giveUp: () => void },
): () => void {
  let heardAtMs = performance.now();
  let heardBytes = line.bytesRead;
  const timer = setInterval(
    () => {
      const bytes = line.bytesRead;
      if (bytes !== heardBytes || socket.isPaused) heardAtMs = performance.now();
      heardBytes = bytes;
      if (performance.now() - heardAtMs >= timeoutMs) {
        giveUp();
        socket.terminate();
      } else if (socket.readyState === socket.OPEN) {
        socket.ping();
      }
    },
    Math.min(timeoutMs / 2, LONGEST_PING_PERIOD_MS),
  );
  return () => clearInterval(timer);
}
