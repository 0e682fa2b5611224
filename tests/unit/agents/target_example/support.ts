import type { ExampleSettings } from "../../../../agents/target_example/configuration.ts";
import { openMemoryChannel, type SendChannel } from "../../../../framework/core/index.ts";
import type { WebSocketConnection } from "../../../../framework/websocket/index.ts";
import type { ObservabilityEvent } from "../../../../toolkit/observability/index.ts";

export const settings: ExampleSettings = {
  target_url: "ws://target:9090/",
  component_type: "BATCH_PIPELINE",
  timeout: 30,
  period: 5,
  max_message_bytes: 10_000,
};

/** A connection without a network, and the end through which its messages come. Closing that end loses the connection. */
export function fakeConnection(): readonly [connection: WebSocketConnection, messages: SendChannel<string>] {
  const [send, receive] = openMemoryChannel<string>(Number.POSITIVE_INFINITY);
  const connection: WebSocketConnection = {
    receive: () => receive.receive(),
    get pending() {
      return receive.statistics().bufferUsed;
    },
    close: () => send.close(),
  };
  return [connection, send];
}

/** A good message; the event made of it has the same number. */
export const message = (number: number) =>
  JSON.stringify({ pipeline_key: "p", run_key: "r", status: "RUNNING", metadata: { number } });

export const numberOf = ({ body }: ObservabilityEvent) => body.metadata?.["number"];
