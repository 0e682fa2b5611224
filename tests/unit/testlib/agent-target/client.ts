import { action, ensure, type Operation, resource } from "effection";
import { WebSocket } from "ws";

export interface TestClient {
  readonly webSocket: WebSocket;
  readonly messages: readonly string[];
  /** Waits until this many messages have arrived. */
  received(count: number): Operation<void>;
  /** Waits for the end of the connection. Returns the close code. */
  readonly closed: Operation<number>;
}

/** Connects and collects messages. Throws what the server answers when it refuses. */
export function useClient(url: string): Operation<TestClient> {
  return resource(function* (provide) {
    const webSocket = new WebSocket(url);
    const messages: string[] = [];
    let code: number | undefined;
    webSocket.on("message", (data) => messages.push(data.toString()));
    webSocket.on("close", (closeCode) => {
      code = closeCode;
    });
    yield* ensure(() => webSocket.terminate());
    yield* opened(webSocket);
    yield* provide({
      webSocket,
      messages,
      received: (count) => until(webSocket, "message", () => messages.length >= count),
      closed: {
        *[Symbol.iterator]() {
          yield* until(webSocket, "close", () => code !== undefined);
          return code ?? 0;
        },
      },
    });
  });
}

function opened(webSocket: WebSocket): Operation<void> {
  return action<void>((resolve, reject) => {
    webSocket.once("open", resolve).once("error", reject);
    return () => {
      webSocket.on("error", () => {});
      webSocket.off("open", resolve).off("error", reject);
    };
  });
}

function until(webSocket: WebSocket, event: "message" | "close", holds: () => boolean): Operation<void> {
  return action<void>((resolve) => {
    const check = () => {
      if (holds()) resolve();
    };
    webSocket.on(event, check);
    check();
    return () => webSocket.off(event, check);
  });
}
