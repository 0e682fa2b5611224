import { describe, expect, test } from "vitest";
import {
  maxBodyBytes,
  messageLogEvent,
  type ObservabilityEvent,
  runStatusEvent,
  type TestOutcomeFields,
  testOutcomesEvent,
  testOutcomesEvents,
} from "../../../../../toolkit/observability/index.ts";

const bytes = ({ body }: ObservabilityEvent): number => Buffer.byteLength(JSON.stringify(body));
const log = (message_details: string, metadata = {}) =>
  messageLogEvent({ server_key: "s", log_level: "INFO", message: "m", message_details, metadata });
const frameBytes = bytes(log("x")) - 1;

describe("a body", () => {
  test.each([
    ["ASCII", "x", 1],
    ["é", "é", 2],
    ["数", "数", 3],
    ["a control character", "\u0001", 6],
  ])("of exactly 102,400 bytes is sent whole (%s)", (_name, character, size) => {
    const room = maxBodyBytes - frameBytes;
    const details = character.repeat(Math.trunc(room / size)) + "x".repeat(room % size);
    const event = log(details);
    expect(bytes(event)).toBe(102_400);
    expect(event.body.message_details).toBe(details);
    expect(event.body.metadata).toEqual({});
  });

  test.each(["x", "é", "数", "😀", "\u0001", '"'])("of one byte more is cut, and says so (%j)", (character) => {
    const details = character.repeat(maxBodyBytes - frameBytes + 1);
    const event = log(details);
    expect(bytes(event)).toBeLessThanOrEqual(102_400);
    expect(bytes(event)).toBeGreaterThan(70_000);
    expect(event.body.message_details).toMatch(/^(.)\1+…$/u);
    expect(event.body.metadata).toEqual({ truncated: true });
  });

  test("keeps small metadata when a text is too long", () => {
    const event = log("x".repeat(1_000_000), { attempt: 1, truncated: "no" });
    expect(event.body.metadata).toEqual({ attempt: 1, truncated: true });
    expect(bytes(event)).toBeLessThanOrEqual(102_400);
  });

  test.each([
    ["names", { ["\u0001".repeat(17_100)]: "x" }],
    ["numbers", { numbers: Array(4_200).fill(-Number.MAX_VALUE) }],
    ["truths", { truths: Array(17_200).fill(false) }],
    ["empty objects", { objects: Array.from({ length: 34_200 }, () => ({})) }],
  ])("is cut when JSON makes its metadata longer than the limit (%s)", (_name, metadata) => {
    expect(Buffer.byteLength(JSON.stringify(metadata))).toBeGreaterThan(maxBodyBytes);
    const event = log("x", metadata);
    expect(bytes(event)).toBeLessThanOrEqual(102_400);
    expect(event.body.metadata).toMatchObject({ truncated: true });
  });

  test("keeps its texts when metadata is too large", () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => ({ index }));
    const event = log("short", { attempt: 1, rows, late: 1 });
    expect(event.body).toMatchObject({
      message: "m",
      message_details: "short",
      metadata: { attempt: 1, truncated: true },
    });
    expect(bytes(event)).toBeLessThanOrEqual(102_400);
    expect(bytes(event)).toBeGreaterThan(70_000);
  });

  test("loses a link that is too long, rather than half of it", () => {
    const external_url = `https://example.com/${"x".repeat(200_000)}`;
    const { body } = runStatusEvent({ pipeline_key: "p", run_key: "r", status: "FAILED", external_url });
    expect(body).toEqual({ pipeline_key: "p", run_key: "r", status: "FAILED", metadata: { truncated: true } });
  });

  test("that cutting cannot help is refused by the name of its largest field", () => {
    const payload_keys = Array.from({ length: 1_000 }, (_, index) => `${index}`.padStart(255, "0"));
    expect(() => runStatusEvent({ pipeline_key: "p", run_key: "r", status: "FAILED", payload_keys })).toThrow(
      "The run-status event cannot be sent: payload_keys makes it larger than 102400 bytes, even with metadata and long texts cut; send less in one event.",
    );
  });
});

const outcomes = (count: number, fields: Partial<TestOutcomeFields> = {}): TestOutcomeFields[] =>
  Array.from({ length: count }, (_, index) => ({ name: `test ${index}`, status: "PASSED", ...fields }));

describe("outcomes", () => {
  test("with much metadata and long results all stay, shortened alike", () => {
    const fields = { result: "x".repeat(1_000), metadata: { query: "y".repeat(1_000) } };
    const event = testOutcomesEvent({ dataset_key: "d", test_outcomes: outcomes(500, fields) });
    expect(event.body.test_outcomes.map(({ name }) => name)).toEqual(outcomes(500).map(({ name }) => name));
    expect(bytes(event)).toBeLessThanOrEqual(102_400);
    expect(event.body.metadata).toEqual({ truncated: true });
  });

  test("go in as many events as needed, in order and whole", () => {
    const events = testOutcomesEvents({ dataset_key: "d", test_outcomes: outcomes(1_800) });
    expect(events.map(({ body }) => body.test_outcomes.length)).toEqual([500, 500, 500, 300]);
    expect(events.flatMap(({ body }) => body.test_outcomes)).toEqual(outcomes(1_800));
  });

  test("are split by size too, and not cut", () => {
    const test_outcomes = outcomes(300, { result: "é".repeat(1_000) });
    const events = testOutcomesEvents({ dataset_key: "d", event_timestamp: 0, test_outcomes });
    expect(events.flatMap(({ body }) => body.test_outcomes)).toEqual(test_outcomes);
    expect(events.length).toBe(7);
    for (const event of events) {
      expect(bytes(event)).toBeLessThanOrEqual(102_400);
      expect(event.body).toMatchObject({
        dataset_key: "d",
        event_timestamp: "1970-01-01T00:00:00+00:00",
        metadata: {},
      });
    }
  });

  test("fill an event to its last byte", () => {
    const [one] = testOutcomesEvents({ dataset_key: "d", test_outcomes: outcomes(2, { result: "x" }) });
    const result = "x".repeat(1 + Math.trunc((maxBodyBytes - (one === undefined ? 0 : bytes(one))) / 2));
    expect(testOutcomesEvents({ dataset_key: "d", test_outcomes: outcomes(2, { result }) })).toHaveLength(1);
    expect(testOutcomesEvents({ dataset_key: "d", test_outcomes: outcomes(2, { result: `${result}x` }) })).toHaveLength(
      2,
    );
  });

  test("of which one alone is too large are split around it, and it is cut", () => {
    const [first, second] = outcomes(2, { result: "x".repeat(200_000) });
    const test_outcomes = [...outcomes(1), first, second].filter((each) => each !== undefined);
    const events = testOutcomesEvents({ dataset_key: "d", test_outcomes });
    expect(events.map(({ body }) => [body.test_outcomes.length, body.metadata["truncated"]])).toEqual([
      [1, undefined],
      [1, true],
      [1, true],
    ]);
  });

  test("are split even when metadata alone fills an event", () => {
    const metadata = { log: "x".repeat(150_000) };
    const events = testOutcomesEvents({ dataset_key: "d", metadata, test_outcomes: outcomes(600) });
    expect(events.map(({ body }) => body.test_outcomes.length)).toEqual([500, 100]);
  });

  test("none make no event", () => {
    expect(testOutcomesEvents({ dataset_key: "d", test_outcomes: [] })).toEqual([]);
  });

  test("are refused as in a single event when one is wrong", () => {
    const test_outcomes = [...outcomes(600), { name: "", status: "PASSED" } as const];
    expect(() => testOutcomesEvents({ dataset_key: "d", test_outcomes })).toThrow(
      "The test-outcomes event cannot be sent: test_outcomes[600].name is missing or empty.",
    );
  });
});
