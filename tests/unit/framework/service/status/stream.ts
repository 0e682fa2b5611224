import { type Operation, resource, until } from "effection";

export interface StatusStream {
  readonly status: number;
  /** The parts that the next message brings; throws when the stream has ended. */
  next(): Operation<Record<string, unknown>>;
}

/** Reads the page's server-sent events as a browser would. */
export function useStatus(url: string): Operation<StatusStream> {
  return resource(function* (provide) {
    const gone = new AbortController();
    const response = yield* until(fetch(`${url}live`, { signal: gone.signal }));
    const messages = parseMessages(response);
    try {
      yield* provide({
        status: response.status,
        *next() {
          const { value } = yield* until(messages.next());
          if (value === undefined) throw new Error("The stream has ended.");
          return value;
        },
      });
    } finally {
      gone.abort();
    }
  });
}

async function* parseMessages(response: Response): AsyncGenerator<Record<string, unknown>, undefined> {
  let pieces: string[] = [];
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const isEnd = `${pieces.at(-1)?.at(-1) ?? ""}${chunk}`.includes("\n\n");
    pieces.push(chunk);
    if (!isEnd) continue; // so that a long message is put together once
    const messages = pieces.join("").split("\n\n");
    pieces = [messages.pop() ?? ""];
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}
