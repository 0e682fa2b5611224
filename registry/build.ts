import type { Configuration } from "./configuration.ts";
import type { ConfigurationProblem } from "./configuration-error.ts";
import { toProblems } from "./problems/from-issues.ts";
import { issueText } from "./problems/issue-text.ts";
import { type Gathered, gather } from "./sources/gather.ts";
import type { RawValues } from "./sources/layers.ts";
import type { Sources } from "./sources/sources.ts";

/** A section's validated settings, or everything that is wrong with them; and where its values come from. */
export type Built<Output> = { readonly gathered: Gathered } & (
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] }
);

export function build<Output>(sources: Sources, configuration: Configuration<Output>): Built<Output> {
  const gathered = gather(sources, configuration);
  const built = validate(sources, configuration, gathered);
  if (gathered.problems.length === 0) return { ...built, gathered };
  const problems = built.ok ? gathered.problems : [...gathered.problems, ...built.problems];
  return { ok: false, problems, gathered };
}

/** The stored values with `changes` on top, validated anew; neither file nor environment has a say. */
export function rebuild<Output>(
  sources: Sources,
  configuration: Configuration<Output>,
  values: RawValues,
): Built<Output> {
  const origins = new Map(Object.keys(values).map((key) => [key, { variable: "code" }]));
  const gathered = { values, origins, problems: [] };
  return { ...validate(sources, configuration, gathered), gathered };
}

type Validated<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

function validate<Output>(
  sources: Sources,
  configuration: Configuration<Output>,
  gathered: Gathered,
): Validated<Output> {
  const parsed = configuration.schema.safeParse(gathered.values, { error: issueText });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: toProblems(sources, configuration, gathered, parsed.error.issues) };
}
