import { type Operation, spawn, suspend, type Task, until } from "effection";
import { describe, expect, test } from "../../testlib/index.ts";
import { AgentError } from "../../toolkit/errors.ts";
import { booksOf, letterOf, type Served, serve } from "../unit/framework/service/support.ts";
import { shows, withBrowser } from "./pages.ts";

const options = { timeoutMs: 30_000 };
const usePage = withBrowser();

/** An agent in the middle of its work, with a bit of trouble. */
function fill({ monitor, delivery }: Served): void {
  const poll = monitor.openLoop("acme.poll_runs", ["jobs source"]);
  poll.every(5_000);
  poll.started();
  poll.succeeded();
  poll.nextAt(performance.now() + 5_000);
  const pages = monitor.openLoop("acme.poll_pages", ["jobs source", "pages"]);
  pages.every(60_000);
  pages.failed(new AgentError("E_HTTP_STATUS", "GET https://acme.example/pages answered 503."));
  monitor.openLoop("acme.listen", ["websocket source"]).connected();
  monitor.trail.note("run-status", "orders/901", "delivered", 204);
  monitor.trail.note("message-log", "orders/902", "retry", 503);
  delivery.books = booksOf({
    emitted: 12_350,
    acknowledged: 12_345,
    queued: 2,
    inFlight: 1,
    deadLettered: 2,
    oldestQueuedAt: Date.now() - 90_000,
    usedBytes: 3_400_000,
  });
  delivery.waiting = [{ lane: "orders/902", count: 3, oldest: Date.now() - 90_000 }];
  delivery.letters = [letterOf(7), letterOf(8, { type: "test-outcomes", answer: "metadata: no object" })];
}

/** The service in a task of its own, to be halted before the test ends. */
function* spawnServed(port = 0): Operation<Served & { readonly task: Task<void> }> {
  const listens = Promise.withResolvers<Served>();
  const task = yield* spawn(function* () {
    listens.resolve(yield* serve({ address: { host: "127.0.0.1", port } }));
    yield* suspend();
  });
  return { ...(yield* until(listens.promise)), task };
}

const hostile = '<img src="x" onerror="alert(1)"><script>alert(2)</script>';

describe("the status page", () => {
  test("shows what the agent does, and follows it without a reload and without a complaint", options, function* () {
    const settings = [{ section: "core", key: "agent_key", value: '"warehouse-agent"', where: "agent.toml:2:13" }];
    const served = yield* serve({ settings: () => settings });
    fill(served);
    const { page, complaints } = yield* usePage(served.url);
    yield* shows(page, "#connection", "Live");
    yield* shows(page, "#readiness", "Ready");
    yield* shows(page, "h1", "warehouse-agent");
    yield* shows(page, ".group", /jobs source.*acme\.poll_runs.*On schedule.*every 5 s · last success/s);
    yield* shows(page, ".group", /jobs source › pages.*acme\.poll_pages.*Failing.*answered 503\. \[E_HTTP_STATUS\]/s);
    yield* shows(page, ".group", /websocket source.*acme\.listen.*Connected/s);
    yield* shows(page, "#work-note", "3 loops, 1 in trouble");
    yield* shows(page, "#tiles", /Oldest event\s*1 min 3\d s/);
    yield* shows(page, "#tiles", /In the queue\s*3\s*1 in flight\s*3.2 MiB of 512 MiB on disk/);
    yield* shows(page, "#tiles", /Dead letters\s*2\s*12,345 delivered/);
    yield* shows(page, "#lanes", /orders\/902\s*3, oldest 1 min 3\d s/);
    yield* shows(page, "#events", /message-log.*Sent again · 503.*run-status.*Delivered/s);
    yield* shows(page, "#letters", "There must be a valid component key.");
    yield* until(page.locator("summary", { hasText: "Configuration" }).click());
    yield* shows(page, "#settings", /core\s*agent_key\s*"warehouse-agent"\s*agent\.toml:2:13/);

    served.monitor.health.degraded("acme", "The token is refused (401).");
    served.monitor.trail.note("metric-log", "orders/903", "refused", 422);
    served.delivery.books = booksOf({ emitted: 12_400, acknowledged: 12_400 });
    yield* shows(page, "#readiness", "Not ready");
    yield* shows(page, "#reasons", "acme – The token is refused (401).");
    yield* shows(page, "#events", /^\s*metric-log.*Refused · 422/s);
    yield* shows(page, "#tiles", /Oldest event\s*–/);
    expect(yield* until(page.title())).toBe("Not ready: warehouse-agent");
    served.monitor.health.ok("acme");
    served.shutdown.request();
    yield* shows(page, "#readiness", "Stopping");
    expect(complaints).toEqual([]);
  });

  test("shows hostile data as text", options, function* () {
    const settings = [{ section: hostile, key: hostile, value: hostile, where: hostile }];
    const agent = { type: hostile, key: hostile, version: hostile };
    const { url, monitor, delivery } = yield* serve({ settings: () => settings, agent, replayEnabled: true });
    monitor.openLoop(hostile, [hostile]).failed(new AgentError(hostile, hostile));
    monitor.health.degraded(hostile, hostile);
    monitor.trail.note(hostile, hostile, "refused", 422);
    delivery.waiting = [{ lane: hostile, count: 1, oldest: 0 }];
    delivery.letters = [letterOf(1, { type: hostile, lane: hostile, body: hostile, answer: hostile })];
    const { page, complaints } = yield* usePage(url);
    for (const part of ["h1", "#agent-facts", "#reasons", "#groups", "#lanes", "#events", "#letters"]) {
      yield* shows(page, part, "onerror=");
    }
    yield* until(page.locator("#settings").filter({ hasText: "onerror=" }).waitFor({ state: "attached" }));
    const alien = "main :is(img, script, iframe), [onerror]";
    expect(yield* until(page.locator(alien).count())).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each([
    ["light", "rgb(243, 246, 246)"],
    ["dark", "rgb(13, 20, 19)"],
  ] as const)("fits a phone of 360 pixels, in %s colours", options, function* ([colorScheme, background]) {
    const served = yield* serve({ replayEnabled: true });
    fill(served);
    const long = "a-name-without-any-place-to-break-".repeat(6);
    served.monitor.openLoop(long, [long]).failed(new Error(long));
    served.monitor.health.degraded(long, long);
    served.monitor.trail.note("run-status", long, "retry", undefined);
    served.delivery.waiting = [{ lane: long, count: 1, oldest: 0 }];
    served.delivery.letters = [letterOf(1, { lane: long, answer: long, body: long })];
    const { page, complaints } = yield* usePage(served.url, { viewport: { width: 360, height: 780 }, colorScheme });
    for (const part of ["#reasons", "#groups", "#lanes", "#events", "#letters"]) yield* shows(page, part, long);
    expect(yield* until(page.evaluate("[document.documentElement.scrollWidth, innerWidth]"))).toEqual([360, 360]);
    expect(yield* until(page.evaluate("getComputedStyle(document.body).backgroundColor"))).toBe(background);
    const small = yield* until(
      page.evaluate(
        "[...document.querySelectorAll('button')].filter((b) => b.clientHeight > 0 && b.clientHeight < 36).length",
      ),
    );
    expect(small).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("queues dead letters again: one, and all at a second press, by keyboard", options, function* () {
    const served = yield* serve({ replayEnabled: true });
    fill(served);
    const { page, complaints } = yield* usePage(served.url);
    yield* until(page.getByRole("button", { name: "Replay run-status of run 7" }).press("Enter"));
    yield* shows(page, "#replay-said", "1 event queued again.");
    yield* until(page.getByRole("button", { name: "Replay run-status of run 7" }).waitFor({ state: "detached" }));
    served.delivery.letters = [letterOf(8), letterOf(9)];
    yield* until(page.getByRole("button", { name: "Replay run-status of run 9" }).waitFor());
    yield* until(page.getByRole("button", { name: "Replay all" }).press("Enter"));
    expect(served.delivery.replayed).toEqual([[7]]);
    yield* until(page.getByRole("button", { name: "Replay all? Press again" }).press("Enter"));
    yield* shows(page, "#replay-said", "2 events queued again.");
    yield* shows(page, "#letters-empty", "None.");
    expect(served.delivery.replayed).toEqual([[7], "all"]);
    expect(complaints).toEqual([]);
  });

  test("has no such buttons unless the agent allows it", options, function* () {
    const served = yield* serve();
    fill(served);
    const { page } = yield* usePage(served.url);
    yield* shows(page, "#letters", "run 7");
    expect(yield* until(page.getByRole("button", { name: /Replay/ }).count())).toBe(0);
  });

  test("says when the agent has gone", options, function* () {
    const agent = yield* spawnServed();
    const { page } = yield* usePage(agent.url);
    yield* shows(page, "#connection", "Live");
    yield* agent.task.halt();
    yield* shows(page, "#connection", "Connection lost, trying again…");
  });

  test("left open shows nothing of the agent before when it has been started again", options, function* () {
    const first = yield* spawnServed();
    first.monitor.trail.note("run-status", "orders/901", "refused", 422);
    first.delivery.letters = [letterOf(1, { answer: "No such component.", refusedAt: 0 })];
    first.delivery.books = booksOf({ acknowledged: 50_000 });
    const { page } = yield* usePage(first.url);
    yield* shows(page, "#events", "Refused · 422");
    yield* shows(page, "#letters", "No such component.");
    yield* first.task.halt();

    const second = yield* spawnServed(Number(new URL(first.url).port));
    second.monitor.trail.note("message-log", "orders/902", "delivered", 204);
    second.delivery.letters = [letterOf(1, { answer: "No such run." })];
    second.delivery.books = booksOf({ acknowledged: 10 });
    yield* shows(page, "#tiles", "10 delivered");
    expect(yield* until(page.locator("#events").innerText())).toMatch(/^message-log\s+Delivered\s+orders\/902/);
    expect(yield* until(page.locator("#letters").innerText())).toContain("No such run.");
    expect(yield* until(page.locator("#tiles").innerText())).toMatch(/^Delivered\s+0 per second/);
    yield* second.task.halt();
  });

  test("has landmarks, names for what can be worked, and text that contrasts", options, function* () {
    const served = yield* serve({ replayEnabled: true });
    fill(served);
    served.monitor.health.degraded("acme", "The token is refused (401).");
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = yield* usePage(served.url, { colorScheme });
      yield* shows(page, "#letters", "run 7");
      for (const landmark of ["banner", "main", "contentinfo"] as const) {
        expect(yield* until(page.getByRole(landmark).count())).toBe(1);
      }
      const regions = yield* until(
        page.getByRole("region").evaluateAll((all) => all.filter((each) => each.checkVisibility()).length),
      );
      expect(regions).toBeGreaterThanOrEqual(6);
      expect(yield* until(page.evaluate(lowContrasts))).toEqual([]);
    }
  });
});

/** Runs in the page: the texts whose colour differs too little from what is behind them (WCAG AA, 4.5:1). */
const lowContrasts = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = rgba(getComputedStyle(each).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!own || !element.checkVisibility() || element.closest("noscript, .skip")) continue;
    const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(element.textContent + " " + ratio.toFixed(2));
  }
  return low;
})()`;
