import type { Operation } from "effection";
import type { WebSocket } from "ws";
import type { AgentError } from "../../toolkit/errors.ts";
import { EndOfChannel, openMemoryChannel, type ReceiveChannel } from "../core/index.ts";
import { closed } from "./errors.ts";
import type { LongPause } from "./long-pause.ts";

/** What may be held before the socket is paused, and what is left when it is resumed; in characters. */
const HIGH_WATER = 512 * 1024;
const LOW_WATER = 128 * 1024;

/** What a message counts for besides its characters, so that many small ones are not free. */
const CHARACTERS_PER_MESSAGE = 64;

/**
 * The messages that have come and are not read. A slow reader pauses the socket, so that the sender feels it and memory
 * stays bounded: by the high water mark, one message more, and what one read from the socket brings (64 KiB).
 */
export class Inbox {
  readonly #socket: WebSocket;
  readonly #messages: ReceiveChannel<string>;
  readonly #pause: LongPause;
  #held = 0;
  #failure: Error | undefined;
  /** Why it ended, once it has. */
  #end: AgentError | undefined;

  constructor(socket: WebSocket, pause: LongPause) {
    this.#socket = socket;
    this.#pause = pause;
    const [send, messages] = openMemoryChannel<string>(Number.POSITIVE_INFINITY);
    this.#messages = messages;
    socket.on("message", (data) => {
      const text = String(data);
      this.#held += weight(text);
      if (this.#held >= HIGH_WATER && !socket.isPaused) this.#pauseReading();
      send.sendNowait(text);
    });
    socket.on("error", (error) => this.fail(error));
    socket.on("close", (code, reason) => {
      this.#end = closed(code, reason.toString(), this.#failure);
      send.close();
    });
  }

  get pending(): number {
    return this.#messages.statistics().bufferUsed;
  }

  /** Keeps what is going to be the cause of the end. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** @throws {AgentError} `E_CONNECTION_CLOSED` once the connection is closed and all it brought is read */
  *receive(): Operation<string> {
    try {
      const text = yield* this.#messages.receive();
      this.#held -= weight(text);
      if (this.#socket.isPaused && this.#held <= LOW_WATER) this.#resumeReading();
      return text;
    } catch (error) {
      throw error instanceof EndOfChannel && this.#end !== undefined ? this.#end : error;
    }
  }

  #pauseReading(): void {
    this.#socket.pause();
    this.#pause.began();
  }

  #resumeReading(): void {
    this.#socket.resume();
    this.#pause.ended();
  }
}

function weight(text: string): number {
  return text.length + CHARACTERS_PER_MESSAGE;
}
