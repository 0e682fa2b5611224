import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../../../../../testlib/index.ts";
import { useObservabilityServer } from "../../../../../testlib/observability-server/index.ts";
import { send } from "../client.ts";

const pageFolder = join(import.meta.dirname, "../../../../../testlib/observability-server/live/page");
const get = "GET";

test("serves one page that takes nothing from elsewhere and allows nothing inline", function* () {
  const server = yield* useObservabilityServer();
  const page = yield* send(server, { method: get, path: server.pageUrl });
  expect(page.status).toBe(200);
  expect(page.headers["content-type"]).toBe("text/html; charset=UTF-8");
  expect(page.headers["content-security-policy"]).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(page.text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  expect(page.text).not.toMatch(/<script(?![^>]*src=)|\son\w+=|<style/);
});

test("serves every file beside the page, with its type", function* () {
  const server = yield* useObservabilityServer();
  const types = { css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8" };
  const files = readdirSync(pageFolder).filter((file) => file !== "index.html");
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const answer = yield* send(server, { method: get, path: `${server.pageUrl}page/${file}` });
    expect([file, answer.status]).toEqual([file, 200]);
    expect(answer.headers["content-type"]).toBe(file.endsWith(".css") ? types.css : types.js);
  }
});

test.each(["page/none.js", "page/..%2f..%2fserver.ts", "page/%2e%2e/page.ts", "page/index.html", "page/"])(
  "serves nothing else: %s",
  function* (path) {
    const server = yield* useObservabilityServer();
    expect(yield* send(server, { method: get, path: server.pageUrl + path })).toMatchObject({ status: 404 });
  },
);

test("leaves page requests out of what the API has received", function* () {
  const server = yield* useObservabilityServer();
  yield* send(server, { method: get, path: server.pageUrl });
  expect([server.requests, server.refused]).toEqual([0, []]);
});
