import { MASK } from "../settings/index.ts";
import { formsOf } from "./secret-forms.ts";

/** Shorter texts are not looked for: they occur in ordinary words and numbers, and would mask half of every line. */
const MIN_SECRET_LENGTH = 4;

/** Masks every secret it knows, in each of the forms the secret may take in a line of log (see `formsOf`). */
export class Redactor {
  readonly #formsBySecret = new Map<string, readonly string[]>();
  #pattern: RegExp | undefined;

  add(secret: string): void {
    if (secret.length < MIN_SECRET_LENGTH || this.#formsBySecret.has(secret)) return;
    this.#formsBySecret.set(secret, formsOf(secret));
    this.#pattern = patternOf(this.#formsBySecret.values());
  }

  /** Stops looking for a secret that no longer opens anything, such as an access token that was replaced. */
  forget(secret: string): void {
    if (this.#formsBySecret.delete(secret)) this.#pattern = patternOf(this.#formsBySecret.values());
  }

  redact(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, MASK);
  }
}

/** One pattern for all forms, longest first: a form that contains another is masked as a whole. */
function patternOf(forms: Iterable<readonly string[]>): RegExp | undefined {
  const longestFirst = [...forms].flat().sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return undefined;
  return new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "g");
}
