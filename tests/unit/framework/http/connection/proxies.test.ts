import { expect, test } from "vitest";
import { proxyVariables } from "../../../../../framework/http/connection/proxies.ts";

test.each([
  [{ HTTP_PROXY: "http://p:3128" }, "http://p:3128/", "http://p:3128/"],
  [{ http_proxy: "http://lower:1", HTTP_PROXY: "http://upper:1" }, "http://lower:1/", "http://lower:1/"],
  [{ HTTPS_PROXY: "https://p:3128" }, "", "https://p:3128/"],
  [{ HTTP_PROXY: "http://a:1", HTTPS_PROXY: "http://b:1" }, "http://a:1/", "http://b:1/"],
  [{ HTTPS_PROXY: "", ALL_PROXY: "http://p:3128" }, "http://p:3128/", "http://p:3128/"],
  [{ HTTP_PROXY: "p:3128" }, "http://p:3128/", "http://p:3128/"],
])("%o: http through %j, https through %j", (env, httpProxy, httpsProxy) => {
  expect(proxyVariables(env)).toEqual({ httpProxy, httpsProxy, noProxy: "" });
});

test("without a proxy there is nothing to say", () => {
  expect(proxyVariables({ NO_PROXY: "*", HTTP_PROXY: "" })).toBeUndefined();
});

test("NO_PROXY goes along, lower case first", () => {
  const env = { HTTP_PROXY: "http://p:1", no_proxy: "a.example", NO_PROXY: "b.example" };
  expect(proxyVariables(env)).toMatchObject({ noProxy: "a.example" });
});
