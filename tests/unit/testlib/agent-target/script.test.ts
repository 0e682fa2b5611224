import { expect, test } from "vitest";
import { tellScript } from "../../../../testlib/agent-target/script.ts";
import { tellStory } from "../../../../testlib/agent-target/story.ts";
import { take } from "./take.ts";

const story = take(tellStory({ seed: 7 }, 0), 1_000);

test("without malformed messages it is the story as JSON texts", () => {
  const script = take(tellScript({ seed: 7 }, 0), 1_000);
  expect(script.map(({ atMs, text }) => ({ atMs, message: JSON.parse(text) }))).toEqual(story);
});

test("malformed messages come on top: the story is still all there", () => {
  const script = take(tellScript({ seed: 7, malformedRate: 0.3 }, 0), 1_200);
  const told = script.flatMap(({ moment }) => (moment ? [moment] : []));
  expect(told).toEqual(story.slice(0, told.length));
  const malformed = script.length - told.length;
  expect(malformed / told.length).toBeGreaterThan(0.25);
  expect(malformed / told.length).toBeLessThan(0.35);
});

test("at a rate of 1 each good message is followed by a malformed one, due at the same time", () => {
  const script = take(tellScript({ seed: 7, malformedRate: 1 }, 0), 200);
  script.forEach(({ atMs, moment }, index) => {
    expect(moment !== undefined).toBe(index % 2 === 0);
    expect(atMs).toBe(story[Math.floor(index / 2)]?.atMs);
  });
});
