import { describe, expect, test } from "vitest";
import { httpEndpointUrl, httpUrl, webSocketUrl } from "../../../../toolkit/index.ts";

describe("httpUrl", () => {
  test.each([
    ["https://HOST", "https://host/"],
    ["https://Host.Example.com/api", "https://host.example.com/api/"],
    ["https://host/api/", "https://host/api/"],
    ["HTTP://host:8080/Api/v1", "http://host:8080/Api/v1/"],
    ["https://host:443/a", "https://host/a/"],
    ["http://[::1]:8080", "http://[::1]:8080/"],
  ])("normalises %s to %s", (given, expected) => {
    expect(httpUrl().parse(given)).toBe(expected);
  });

  test.each([
    ["ftp://host/", "must be a URL starting with http:// or https://"],
    ["ws://host/", "must be a URL starting with http:// or https://"],
    ["host/api", "must be a URL starting with http:// or https://"],
    ["https:host", "must be a URL starting with http:// or https://"],
    ["https://", "must be a URL starting with http:// or https://"],
    ["https:///api", "must be a URL starting with http:// or https://"],
    [" https://host/", "must be a URL starting with http:// or https://"],
    ["https://ho st/", "must be a URL starting with http:// or https://"],
    ["https://host:99999/", "must be a URL starting with http:// or https://"],
    ["", "must be a URL starting with http:// or https://"],
    ["https://user@host/", "must not hold a user name or password; use the settings for credentials"],
    ["https://user:pw@host/", "must not hold a user name or password; use the settings for credentials"],
    ["https://host/api?key=1", "must end with the path: no query (?) and no fragment (#)"],
    ["https://host/api#top", "must end with the path: no query (?) and no fragment (#)"],
  ])("refuses %j", (given, message) => {
    expect(
      httpUrl()
        .safeParse(given)
        .error?.issues.map((issue) => issue.message),
    ).toEqual([message]);
  });

  test("takes 2083 characters and no more", () => {
    const longest = `https://host/${"a".repeat(2083 - 14)}/`;
    expect(httpUrl().parse(longest)).toBe(longest);
    expect(httpUrl().safeParse(`${longest}a`).success).toBe(false);
  });

  test("gives the same when it is validated again", () => {
    const schema = httpUrl();
    expect(schema.parse(schema.parse("https://HOST/api"))).toBe("https://host/api/");
  });
});

describe("httpEndpointUrl", () => {
  test("keeps path and query as they are", () => {
    expect(httpEndpointUrl().parse("https://HOST/api/items?page=1")).toBe("https://host/api/items?page=1");
  });

  test("refuses other schemes, credentials and fragments", () => {
    for (const given of ["ws://host/", "https://user:pw@host/", "https://host/#a"]) {
      expect(httpEndpointUrl().safeParse(given).success).toBe(false);
    }
  });
});

describe("webSocketUrl", () => {
  test.each([
    ["ws://HOST:9090", "ws://host:9090/"],
    ["wss://host/events?from=1", "wss://host/events?from=1"],
  ])("normalises %s to %s", (given, expected) => {
    expect(webSocketUrl().parse(given)).toBe(expected);
  });

  test.each([["http://host/"], ["https://host/"], ["host:9090"], ["wss://user:pw@host/"], ["ws://host/#a"]])(
    "refuses %s",
    (given) => {
      expect(webSocketUrl().safeParse(given).success).toBe(false);
    },
  );
});
