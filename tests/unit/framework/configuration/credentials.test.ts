import { useCredentials } from "../../../../framework/configuration/index.ts";
import { expect, test, thrownBy } from "../../../../testlib/index.ts";

test("the credentials are those of a kind that the agent takes", function* ({ contexts }) {
  yield* contexts({ DK_AGENT_USERNAME: "u", DK_AGENT_PASSWORD: "p", DK_AGENT_TOKEN: "the-token" }, [], {
    kinds: ["api_token"],
  });
  expect(yield* useCredentials()).toMatchObject({ kind: "api_token" });
});

test("an agent whose entry lists no credentials has none, and is told where to list them", function* ({ contexts }) {
  yield* contexts({ DK_AGENT_TOKEN: "the-token" });
  expect(yield* thrownBy(useCredentials)).toMatchObject({
    code: "E_CREDENTIALS_UNDECLARED",
    message: expect.stringContaining("in its entry"),
  });
});
