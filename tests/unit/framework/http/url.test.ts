import { describe, expect, test } from "vitest";
import { appendQuery, describeUrl, expandPath, toBaseUrl, toQueryString } from "../../../../framework/http/url.ts";

describe("a base URL", () => {
  test.each([
    ["https://h/api", "https://h/api/"],
    ["https://h/api/", "https://h/api/"],
    ["https://h", "https://h/"],
    ["http://H:8080/a/b", "http://h:8080/a/b/"],
  ])("%s becomes %s", (given, expected) => {
    expect(toBaseUrl(given).href).toBe(expected);
  });

  test.each([
    ["h/api", "is not an http(s) URL"],
    ["ftp://h/", "is not an http(s) URL"],
    ["https://me:s3cret@h/", "has a user name or password; give those to an authenticator"],
    ["https://h/api?key=s3cret", "has a query (?) or fragment (#), which joining paths loses"],
    ["https://h/api#s3cret", "has a query (?) or fragment (#), which joining paths loses"],
  ])("%s is refused without being shown", (given, wrong) => {
    const message = `The base URL ${wrong}. Give the root of the API: https://host/path/.`;
    expect(() => toBaseUrl(given)).toThrow(expect.objectContaining({ code: "E_HTTP_BASE_URL", message }));
  });
});

describe("a path template", () => {
  test.each([
    ["a/b", "a%2Fb"],
    ["?x=1#f", "%3Fx%3D1%23f"],
    ["100 %", "100%20%25"],
    ["..%2F", "..%252F"],
    ["http://elsewhere", "http%3A%2F%2Felsewhere"],
    ["{id}", "%7Bid%7D"],
    ["$&", "%24%26"],
    ["ü", "%C3%BC"],
    [7, "7"],
    [9223372036854775807n, "9223372036854775807"],
  ])("takes %s as one segment: %s", (id, expected) => {
    expect(expandPath("jobs/{id}/runs", { id })).toBe(`jobs/${expected}/runs`);
    expect(new URL(expandPath("{id}/runs", { id }), "https://h/api/").pathname).toBe(`/api/${expected}/runs`);
  });

  test("fills each name wherever it occurs, whatever characters it has", () => {
    expect(expandPath("{a}/{job-id}/{a}", { a: 1, "job-id": "x" })).toBe("1/x/1");
  });

  test.each([{}, { id: "" }, { id: "." }, { id: ".." }, { id: "\uD800" }, { ID: "x" }])(
    "is refused with %o: no server would see the id",
    (pathArguments) => {
      expect(() => expandPath("jobs/{id}", pathArguments)).toThrow(expect.objectContaining({ code: "E_HTTP_REQUEST" }));
    },
  );

  test.each(["constructor", "toString", ""])("does not find {%s} where nobody put it", (name) => {
    expect(() => expandPath(`jobs/{${name}}`, {})).toThrow(expect.objectContaining({ code: "E_HTTP_REQUEST" }));
  });
});

describe("a query", () => {
  test("repeats what is a list, and leaves out what is not there", () => {
    const query = { ids: ["x", 2, 3n], none: null, gone: undefined, empty: "", yes: true, some: ["a", undefined] };
    expect(toQueryString(query)).toBe("ids=x&ids=2&ids=3&empty=&yes=true&some=a");
  });

  test("is encoded so that every server reads the same: a space is %20, a plus is %2B", () => {
    expect(toQueryString({ $filter: "a eq 'b+c'", ü: "&=" })).toBe("%24filter=a%20eq%20%27b%2Bc%27&%C3%BC=%26%3D");
  });

  test.each([
    ["a", "", "a"],
    ["a", "x=1", "a?x=1"],
    ["a?y=2", "x=1", "a?y=2&x=1"],
    ["", "x=1", "?x=1"],
    ["a#f", "x=1", "a?x=1"],
    ["a#f#g", "", "a"],
  ])("behind %j, %j makes %j", (path, query, expected) => {
    expect(appendQuery(path, query)).toBe(expected);
  });
});

test("messages show neither users, nor fragments, nor what stands in a query", () => {
  const url = new URL("https://me:pw@h:8443/a/b?token=s3cret&page=2&page=3#s3cret");
  expect(describeUrl(url)).toBe("https://h:8443/a/b?token=…&page=…");
});
