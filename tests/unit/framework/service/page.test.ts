import { type Operation, until } from "effection";
import { describe, expect, test } from "../../../../testlib/index.ts";
import { serve } from "./support.ts";

function* textAt(url: string): Operation<string> {
  const answer = yield* until(fetch(url));
  expect(answer.status).toBe(200);
  return yield* until(answer.text());
}

describe("the status page", () => {
  test("is served with all that it names, each as what it is", function* () {
    const { url } = yield* serve();
    const todo = new Set(["", "page/page.js"]);
    const types: [path: string, type: string | null][] = [];
    for (const path of todo) {
      const answer = yield* until(fetch(url + path));
      types.push([path, answer.headers.get("content-type")]);
      const text = yield* until(answer.text());
      for (const [, name] of text.matchAll(/(?:href|src)="(page\/[^"]+)"/g)) if (name) todo.add(name);
      for (const [, name] of text.matchAll(/from "\.\/([^"]+)"/g)) todo.add(`page/${name}`);
    }
    const kinds = { html: "text/html", js: "text/javascript", css: "text/css" };
    const expected = [...todo].map((path) => {
      const kind = path.endsWith(".js") ? kinds.js : path.endsWith(".css") ? kinds.css : kinds.html;
      return [path, `${kind}; charset=utf-8`];
    });
    expect(types).toEqual(expected);
    expect(types.length).toBeGreaterThan(10);
  });

  test("takes nothing from elsewhere, runs nothing inline, and is in nobody's frame", function* () {
    const { url } = yield* serve();
    const { headers } = yield* until(fetch(url));
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    const html = yield* textAt(url);
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });

  test("finds all its addresses from where it is, so that a proxy may put it anywhere", function* () {
    const { url } = yield* serve();
    const texts = [yield* textAt(url), yield* textAt(`${url}page/page.js`), yield* textAt(`${url}page/letters.js`)];
    for (const text of texts) expect(text).not.toMatch(/(?:href|src|fetch\(|EventSource\(|from )=?\s*["'`]\//);
  });

  test.each(["page/../service.ts", "page/%2e%2e%2fservice.ts", "page/nothing.js", "page/", "service.ts"])(
    "is nothing else: %s is not there",
    function* (path) {
      const { url } = yield* serve();
      expect((yield* until(fetch(url + path))).status).toBe(404);
    },
  );
});
