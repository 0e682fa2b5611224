import { type Operation, resource, until } from "effection";

export interface UpdateStream {
  /** The next update; throws when the stream has ended. */
  next(): Operation<Record<string, unknown>>;
}

/** Reads the page's server-sent events as a browser would. */
export function useUpdates(pageUrl: string): Operation<UpdateStream> {
  return resource(function* (provide) {
    const gone = new AbortController();
    const response = yield* until(fetch(`${pageUrl}page/live`, { signal: gone.signal }));
    const updates = parseEvents(response);
    try {
      yield* provide({
        *next() {
          const { value } = yield* until(updates.next());
          if (value === undefined) throw new Error("The stream has ended.");
          return value;
        },
      });
    } finally {
      gone.abort();
    }
  });
}

async function* parseEvents(response: Response): AsyncGenerator<Record<string, unknown>, undefined> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const events = (text + chunk).split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) yield JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? "");
  }
}
