import { expect, test } from "vitest";
import { heartbeatSchema } from "../../../../../toolkit/observability/index.ts";

const valid = { key: "airflow-prod", tool: "airflow", version: "1.4.0" };
const problems = (body: unknown) =>
  (heartbeatSchema.safeParse(body).error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);

test("a heartbeat may have empty texts, and its tool stays as it is", () => {
  const body = { key: "", tool: "dbt-core _", version: "" };
  expect(heartbeatSchema.parse(body)).toEqual(body);
});

test.each(["key", "tool", "version"])("%s is a text of at most 255 code points", (field) => {
  expect(problems({ ...valid, [field]: "😀".repeat(255) })).toEqual([]);
  expect(problems({ ...valid, [field]: "a".repeat(256) })).toEqual([`${field}: Longer than maximum length 255.`]);
  expect(problems({ ...valid, [field]: null })).toEqual([`${field}: Field may not be null.`]);
  expect(problems({ ...valid, [field]: 1 })).toEqual([`${field}: Not a valid string.`]);
});

test("the latest event's time is put out in normal form, and stays null", () => {
  const latest = (latest_event_timestamp: unknown) =>
    heartbeatSchema.parse({ ...valid, latest_event_timestamp }).latest_event_timestamp;
  expect(latest("2024-05-01 02:05:00.000Z")).toBe("2024-05-01T02:05:00+00:00");
  expect(latest(null)).toBeNull();
});
