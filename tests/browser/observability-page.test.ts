import { scoped, spawn, until } from "effection";
import type { BrowserContextOptions } from "playwright-core";
import { describe, expect, test } from "../../testlib/index.ts";
import { useObservabilityServer } from "../../testlib/observability-server/index.ts";
import { heartbeat, post, runStatus } from "../unit/testlib/observability-server/client.ts";
import { shows, withBrowser } from "./pages.ts";

const options = { timeoutMs: 30_000 };
const usePage = withBrowser();

const hostile = '<img src="x" onerror="alert(1)"><script>alert(2)</script>';

describe("the live page", () => {
  test("shows what arrives, without a reload and without a complaint", options, function* () {
    const server = yield* useObservabilityServer();
    const { page, complaints } = yield* usePage(server.pageUrl);
    yield* shows(page, "#welcome", `DK_OBSERVABILITY_BASE_URL=${server.url}`);
    yield* shows(page, "#connection", "Live");
    yield* post(server, "agent/v1/heartbeat", heartbeat);
    yield* post(
      server,
      "events/v1/run-status",
      runStatus({ pipeline_name: "Nightly orders", component_tool: "airflow" }),
    );
    yield* post(
      server,
      "events/v1/run-status",
      runStatus({ task_key: "load", task_name: "Load orders", status: "COMPLETED" }),
    );
    yield* post(server, "events/v1/metric-log", { stream_key: "clicks", metric_key: "lag", metric_value: "0.250" });
    yield* post(server, "events/v1/dataset-operation", { dataset_key: "raw", operation: "WRITE", path: "a/b" });
    yield* post(server, "events/v1/test-outcomes", {
      dataset_key: "raw",
      test_outcomes: [{ name: "a", status: "FAILED" }],
    });
    yield* post(server, "events/v1/run-status", { status: "RUNNING" });
    yield* shows(page, "#agents", "airflow-prod");
    yield* shows(page, "#agents .badge", "Online");
    yield* shows(page, ".pipeline", "Nightly orders");
    yield* shows(page, ".run .row-status", "Running");
    yield* shows(page, ".tasks", "Load orders");
    yield* shows(page, "#metrics", "0.250");
    yield* shows(page, "#datasets", "a/b");
    yield* shows(page, "#tests", "1 failed");
    yield* shows(page, "#refused", "There must be at least one valid component key specified.");
    yield* post(server, "events/v1/run-status", runStatus({ status: "FAILED" }));
    yield* shows(page, "#alerts", "Failed");
    yield* shows(page, "#totals", "of 8 requests");
    expect(yield* until(page.locator("#welcome").isVisible())).toBe(false);
    expect(complaints).toEqual([]);
  });

  test("shows hostile data as text", options, function* () {
    const server = yield* useObservabilityServer();
    const { page, complaints } = yield* usePage(server.pageUrl);
    const names = { pipeline_name: hostile, run_name: hostile, task_key: "t", task_name: hostile };
    const url = "https://a.example/?q=%22onmouseover=alert(3)";
    yield* post(server, "events/v1/run-status", runStatus({ ...names, external_url: url, status: "FAILED" }));
    yield* post(server, "events/v1/message-log", {
      ...runStatus(),
      status: undefined,
      log_level: "ERROR",
      message: hostile,
      message_details: hostile,
    });
    yield* post(server, "events/v1/metric-log", { stream_key: hostile, metric_key: hostile, metric_value: 1 });
    yield* post(server, "events/v1/dataset-operation", { dataset_key: hostile, operation: "READ", path: hostile });
    yield* post(server, "events/v1/run-status", { [hostile]: hostile });
    yield* post(server, "agent/v1/heartbeat", { key: hostile, tool: hostile, version: hostile });
    for (const part of ["#pipelines", "#activity", "#metrics", "#datasets", "#refused", "#agents"]) {
      yield* shows(page, part, "onerror=");
    }
    const alien = "main :is(img, script, iframe), [onerror], [onmouseover]";
    expect(yield* until(page.locator(alien).count())).toBe(0);
    const link = page.locator(".run .outside").first();
    expect(yield* until(link.getAttribute("href"))).toBe(url);
    expect(yield* until(link.getAttribute("rel"))).toBe("noopener noreferrer");
    expect(complaints).toEqual([]);
  });

  test("fits a phone, in the dark too", options, function* () {
    const server = yield* useObservabilityServer();
    const long = "a-name-without-any-place-to-break-".repeat(6);
    const settings: BrowserContextOptions = { viewport: { width: 390, height: 844 }, colorScheme: "dark" };
    const { page } = yield* usePage(server.pageUrl, settings);
    yield* post(server, "events/v1/run-status", runStatus({ pipeline_name: long, run_name: long, task_key: long }));
    yield* post(server, "events/v1/message-log", { server_key: long, log_level: "INFO", message: long });
    yield* post(server, "events/v1/run-status", { [long]: 1 });
    yield* post(server, "agent/v1/heartbeat", { ...heartbeat, key: long });
    yield* shows(page, "#refused", long);
    yield* shows(page, "#agents", long);
    const widths = yield* until(page.evaluate("[document.documentElement.scrollWidth, innerWidth]"));
    expect(widths).toEqual([390, 390]);
    expect(yield* until(page.evaluate("getComputedStyle(document.body).backgroundColor"))).toBe("rgb(14, 19, 25)");
  });

  test("is worked by keyboard: tasks, kinds and text filter", options, function* () {
    const server = yield* useObservabilityServer();
    const { page } = yield* usePage(server.pageUrl);
    yield* post(server, "events/v1/run-status", runStatus({ task_key: "load" }));
    yield* post(server, "events/v1/message-log", { server_key: "vm", log_level: "INFO", message: "disk is full" });
    yield* shows(page, "#activity", "disk is full");
    const toggle = page.locator(".run .toggle");
    yield* until(toggle.press("Enter"));
    yield* until(page.locator(".run .toggle[aria-expanded=false]").waitFor());
    expect(yield* until(page.locator(".tasks").isVisible())).toBe(false);
    yield* until(page.getByRole("button", { name: "Messages" }).press(" "));
    yield* until(page.locator("#activity").filter({ hasNotText: "disk is full" }).waitFor());
    yield* until(page.getByRole("button", { name: "Messages" }).press(" "));
    yield* until(page.getByRole("searchbox").fill("no such text"));
    yield* until(page.locator("#activity-empty").waitFor());
  });

  test("finds a server that was started again, and forgets the old one's data", options, function* () {
    const port = yield* scoped(function* () {
      return Number(new URL((yield* useObservabilityServer()).url).port);
    });
    const stopped = Promise.withResolvers<void>();
    const first = yield* spawn(function* () {
      const server = yield* useObservabilityServer({ port });
      yield* post(server, "events/v1/run-status", runStatus({ pipeline_name: "Before" }));
      yield* until(stopped.promise);
    });
    const { page } = yield* usePage(`http://127.0.0.1:${port}/`);
    yield* shows(page, "#pipelines", "Before");
    stopped.resolve();
    yield* first;
    yield* shows(page, "#connection", "Connection lost");
    const server = yield* useObservabilityServer({ port });
    yield* post(server, "events/v1/run-status", runStatus({ pipeline_name: "After" }));
    yield* shows(page, "#pipelines", "After");
    expect(yield* until(page.locator("#pipelines").textContent())).not.toContain("Before");
  });
});
