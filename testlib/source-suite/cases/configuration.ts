import type { ConfigurationProblem } from "../../../registry/index.ts";
import { entryOf } from "../open-bench.ts";
import { openProcessBench } from "../process-bench.ts";
import { realCase, virtualCase } from "../source-case.ts";
import { suiteError } from "../suite-error.ts";
import { isRequired, type Setting, settingsOf, useWrongSettings } from "../wrong-settings.ts";

export const configurationCases = [
  virtualCase("says which required setting is missing", function* ({ parts }) {
    const wrong = yield* useWrongSettings(parts.entry, parts.env);
    const faults = settingsOf(parts.entry)
      .filter(isRequired)
      .flatMap((setting) => faultsIn(setting, wrong.problemsWithout(setting), /^missing$/));
    if (faults.length > 0) throw suiteError(faults.join("\n"));
  }),

  virtualCase("says where a setting is of the wrong type", function* ({ parts }) {
    const wrong = yield* useWrongSettings(parts.entry, parts.env);
    const faults = settingsOf(parts.entry).flatMap((setting) => {
      const nonsense = wrong.nonsenseFor(setting);
      if (nonsense === undefined) return [`${nameOf(setting)} takes anything; give it a type.`];
      return faultsIn(setting, nonsense.problems, /^agent\.toml:2:\d+$/);
    });
    if (faults.length > 0) throw suiteError(faults.join("\n"));
  }),

  realCase("with its configuration all wrong: names each key and place, exits 78, contacts nobody", function* (source) {
    const bench = yield* openProcessBench(source);
    const entry = entryOf(source);
    const wrong = yield* useWrongSettings(entry, bench.env);
    const lines = settingsOf(entry).map((setting) => {
      return { setting, toml: `${nameOf(setting)} = ${wrong.nonsenseFor(setting)?.toml ?? "{}"}` };
    });
    const agent = yield* bench.start(lines.map(({ toml }) => toml).join("\n"));
    const { code } = yield* agent.exited;
    if (code !== 78) throw bench.verdict.error(`The exit code is ${code}, not 78.`);
    const report = agent.lines.map(({ text }) => text);
    const isNamed = ({ section, field }: Setting, line: number) =>
      report.some((text) => text.includes(`agent.toml:${line}:`) && text.includes(`[${section}] ${field.key}`));
    const unnamed = lines.filter(({ setting }, index) => !isNamed(setting, index + 1)).map(({ toml }) => toml);
    if (unnamed.length > 0)
      throw suiteError(`The report does not name:\n${unnamed.join("\n")}\nIt is:\n${report.join("\n")}`);
    const contacts = bench.standIn.contacts + bench.server.requests;
    if (contacts > 0) throw suiteError(`${contacts} requests were made by an agent that is configured wrong.`);
  }),
];

/** A report has to name section, key and place. */
function faultsIn(setting: Setting, problems: readonly ConfigurationProblem[], place: RegExp): readonly string[] {
  const { section, field } = setting;
  const isNamed = ({ where, ...problem }: ConfigurationProblem) =>
    place.test(where) && problem.section === section && problem.key.split(/[.[]/)[0] === field.key;
  if (problems.some(isNamed)) return [];
  const reported = problems.map(({ where, message }) => `${where} ${message}`).join("; ") || "nothing";
  return [`${nameOf(setting)}: the report should name it and its place (${place.source}), and says: ${reported}`];
}

function nameOf({ section, field }: Setting): string {
  return `${section}.${field.key}`;
}
