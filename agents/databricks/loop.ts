import type { Operation } from "effection";
import {
  forEachItem,
  openMemoryChannel,
  openNursery,
  type ReceiveChannel,
  type Task,
  untilShutdown,
  withTask,
} from "../../framework/core/index.ts";
import type { Watch } from "./watch-list.ts";

/**
 * Executes `task` for each run that is asked for, in a child of its own in a nursery: a watcher, which lives as long as
 * there is something to look up or to report of the run. There are at most `limit` of them; further runs wait, and are
 * served in order. Ends on shutdown, watchers and all: what they have not reported, the next start will.
 */
export function* watchLoop<Output>(
  task: Task<Watch, Output>,
  asked: ReceiveChannel<Watch>,
  { limit }: { readonly limit: number },
): Operation<void> {
  yield* withTask(
    task,
    function* (execute, report) {
      const [free, places] = openMemoryChannel<true>(limit);
      for (let place = 0; place < limit; place++) free.sendNowait(true);
      yield* untilShutdown(function* () {
        yield* openNursery(function* (watchers) {
          yield* forEachItem(asked, function* (watch) {
            yield* places.receive();
            const watcher = function* () {
              yield* execute(watch);
              report?.succeeded();
              free.sendNowait(true);
            };
            watchers.startSoon(watcher, { name: `run ${watch.runId}` });
          });
        });
      });
    },
    () => asked.close(),
  );
}
