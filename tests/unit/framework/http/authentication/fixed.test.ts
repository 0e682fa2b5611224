import { basicAuth, serviceAccountKeyAuth, tokenAuth } from "../../../../../framework/http/index.ts";
import { expect, test, thrownBy } from "../../../../../testlib/index.ts";
import { Secret } from "../../../../../toolkit/index.ts";

test("a token goes into Authorization as a bearer's", function* () {
  expect(yield* tokenAuth(new Secret("t")).headers()).toEqual({ authorization: "Bearer t" });
});

test("prefix and header can be others", function* () {
  expect(yield* tokenAuth(new Secret("t"), { prefix: "Token" }).headers()).toEqual({ authorization: "Token t" });
  expect(yield* tokenAuth(new Secret("t"), { prefix: "", header: "X-Key" }).headers()).toEqual({ "X-Key": "t" });
});

test("Observability gets the bare key in a header of its own", function* () {
  expect(yield* serviceAccountKeyAuth(new Secret("k")).headers()).toEqual({ ServiceAccountAuthenticationKey: "k" });
});

test("user name and password are encoded as UTF-8", function* () {
  expect(yield* basicAuth("me", new Secret("pä:ß")).headers()).toEqual({ authorization: "Basic bWU6cMOkOsOf" });
});

test("a user name with a colon is refused: the server would cut it there", function* () {
  const error = yield* thrownBy(function* () {
    basicAuth("domain:me", new Secret("pw"));
  });
  expect(error).toMatchObject({ code: "E_AUTH_USERNAME", retryable: false });
});
