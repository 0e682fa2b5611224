import { casesFor, describe, expect, runSourceCase, suiteClock, test, thrownBy } from "../../../../testlib/index.ts";
import { describeCases } from "../../../../testlib/source-suite/describe-source.ts";
import { acmeSource } from "./acme/source.ts";

const namesFor = (can: Parameters<typeof casesFor>[0]["can"]) => casesFor({ can }).applying.map(({ name }) => name);

describe("the cases for a source", () => {
  test("are those whose needs it meets", function* () {
    const push = namesFor({ push: true });
    const poll = namesFor({ poll: {} });
    expect(push).toContain("reports a run with its tasks, everything once");
    expect(push).not.toContain("reports runs of one and the same time, at the very edge between two polls");
    expect(poll).toContain("reports runs of one and the same time, at the very edge between two polls");
    expect(poll).not.toContain("reads all pages");
    expect(namesFor({ poll: { pageSize: 10 } })).toContain("reads all pages");
  });

  test("leave out others, and say what the source would need for them", function* () {
    expect(casesFor({ can: { push: true } }).others).toContainEqual({
      name: "goes on after a crash in the middle of a page, with nothing missing and nothing twice",
      needs: ["durability", "paging"],
    });
    expect(casesFor({ can: { push: true, durability: true } }).others).toContainEqual({
      name: "goes on after a crash in the middle of a page, with nothing missing and nothing twice",
      needs: ["paging"],
    });
  });

  test("are counted, and the others listed, where there are some", function* () {
    const poll = { pageSize: 10, latenessMs: 1_000, rateLimit: true, authorization: "renewed" } as const;
    expect(describeCases({ name: "acme", can: { poll, running: true, durability: true } })).toMatch(
      /^Source suite, acme: \d+ cases; all apply\.$/,
    );
    expect(describeCases({ name: "acme", can: { poll, running: true } })).toMatch(
      /^Source suite, acme: \d+ cases; not applying:\n( {2}.+ \(needs durability\)\n?)+$/,
    );
  });

  test("have a name each of their own", function* () {
    const { applying, others } = casesFor(acmeSource());
    const names = [...applying, ...others].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("an author's mistake is named:", () => {
  const messageOf = (error: unknown) => (error instanceof Error ? error.message : "");

  test("an agent_type that the table does not have", { clock: suiteClock }, function* ({ clock }) {
    const source = { ...acmeSource(), name: "acmee" };
    const error = yield* thrownBy(() => runSourceCase(source, "reads all pages", clock));
    expect(messageOf(error)).toBe('The table has no agent "acmee"; give its agent_type as the name.');
  });

  test("an ability without the fault that goes with it", { clock: suiteClock }, function* ({ clock }) {
    const source = acmeSource();
    const withoutFault = {
      ...source,
      *standIn(...args: Parameters<typeof source.standIn>) {
        const tool = yield* source.standIn(...args);
        return Object.assign(tool, { faults: { ...tool.faults, rateLimit: undefined } });
      },
    };
    const name = "waits as long as a 429 asks it to, and loses nothing by that";
    const error = yield* thrownBy(() => runSourceCase(withoutFault, name, clock));
    expect(messageOf(error)).toBe('The source says that it can, but has no faults.rateLimit. Add it, or change "can".');
  });

  test("an environment that does not set the period", { clock: suiteClock }, function* ({ clock }) {
    const source = acmeSource();
    const slow = {
      ...source,
      environment: (...args: Parameters<typeof source.environment>) => ({
        ...source.environment(...args),
        DK_ACME_PERIOD: "3600",
      }),
    };
    const name = "reports runs of one and the same time, at the very edge between two polls";
    expect(messageOf(yield* thrownBy(() => runSourceCase(slow, name, clock)))).toMatch(
      /^No poll in 30 s; environment\(\) has to set pace\.periodMs\./,
    );
  });

  test("a case that there is not", { clock: suiteClock }, function* ({ clock }) {
    const error = yield* thrownBy(() => runSourceCase(acmeSource(), "reads minds", clock));
    expect(messageOf(error)).toBe('There is no case in virtual time called "reads minds".');
  });
});
