import { inspect } from "node:util";

/** What stands in for a secret wherever text is shown: always the same length, so that it tells nothing. */
export const MASK = "**********";

/**
 * A value that must not be seen: a password, a key, a token. It prints, serialises and inspects as `**********`; only
 * `reveal()` gives the text, so a search for `reveal` finds every place where a secret leaves its shell.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
