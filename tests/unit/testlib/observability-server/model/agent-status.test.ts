import { expect, test } from "vitest";
import { agentStatus } from "../../../../../testlib/observability-server/model/index.ts";

test.each([
  [0, "ONLINE"],
  [300_000, "ONLINE"],
  [600_000, "ONLINE"],
  [600_001, "UNHEALTHY"],
  [1_200_000, "UNHEALTHY"],
  [1_200_001, "OFFLINE"],
] as const)("an agent whose last heartbeat is %d ms old is %s, with the usual interval of 300 s", (ageMs, status) => {
  expect(agentStatus(ageMs, 300_000)).toBe(status);
});

test("goes by the project's interval", () => {
  expect(agentStatus(121_000, 60_000)).toBe("UNHEALTHY");
});
