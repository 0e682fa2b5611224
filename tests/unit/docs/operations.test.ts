import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Operation, until } from "effection";
import { expect, test } from "../../../testlib/index.ts";
import { serve } from "../framework/service/support.ts";
import { root } from "./markdown.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/operations.md");
const alerts = read("deploy/prometheus/alerts.yml");

const allOf = (pattern: RegExp, text: string) =>
  new Set(Array.from(text.matchAll(pattern), ([, name = ""]) => name).toSorted());

/** Every metric that there is, whether it has a value or not. */
function* metrics(): Operation<ReadonlySet<string>> {
  const { url } = yield* serve();
  return allOf(/^# TYPE (\w+) /gm, yield* until(fetch(`${url}metrics`).then((answer) => answer.text())));
}

test("docs/operations.md names every metric of ours, and none that is not there", function* () {
  const ours = new Set([...(yield* metrics())].filter((name) => name.startsWith("observability_agent_")));
  expect(allOf(/`(observability_agent_\w+)`/g, page)).toEqual(ours);
  expect(ours.size).toBeGreaterThan(20);
});

test("the alerts ask for metrics that are there", function* () {
  const known = yield* metrics();
  const asked = allOf(/\b((?:observability_agent|nodejs|process)_\w+)/g, alerts);
  expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  expect(asked.size).toBeGreaterThan(10);
});

test("every alert has its advice in docs/operations.md and its test", function* () {
  const names = allOf(/- alert: (\w+)/g, alerts);
  expect(allOf(/`(ObservabilityAgent\w+)`/g, page)).toEqual(names);
  expect(allOf(/alertname="(\w+)"/g, read("deploy/prometheus/alerts.test.yml"))).toEqual(names);
});

test("the alerts know by name what health calls its troubles", function* () {
  const subjects = allOf(/subject="([^"]+)"/g, alerts);
  const code = read("framework/observability/key-gate.ts") + read("framework/delivery/store-trouble.ts");
  expect(allOf(/SUBJECT = "([^"]+)"/g, code)).toEqual(subjects);
});
