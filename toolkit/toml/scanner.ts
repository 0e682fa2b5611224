import { parse } from "smol-toml";

/** Steps over the pieces of a TOML text that a parser has already found to be correct. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  startsWith(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  /** Steps over `token` and says true when it stands here. */
  take(token: string): boolean {
    const found = this.startsWith(token);
    if (found) this.at += token.length;
    return found;
  }

  /** Steps over what the sticky pattern matches here, which may be nothing. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  /** Steps over blanks, line ends and comments. */
  skipBlank(): void {
    this.match(/(?:\s|#[^\n]*)*/y);
  }

  /** Reads `a.b."c d"` as its parts, each with the offset where it starts. */
  readKey(): readonly { readonly name: string; readonly at: number }[] {
    const parts: { readonly name: string; readonly at: number }[] = [];
    do {
      this.skipBlank();
      parts.push({ at: this.at, name: this.#readKeyPart() });
      this.skipBlank();
    } while (this.take("."));
    return parts;
  }

  skipString(): string {
    if (this.startsWith('"""')) return this.match(/"""(?:\\.|[^\\])*?"""(?:"{0,2})/sy);
    if (this.startsWith("'''")) return this.match(/'''.*?'''(?:'{0,2})/sy);
    return this.startsWith('"') ? this.match(/"(?:\\.|[^"\\\n])*"/y) : this.match(/'[^'\n]*'/y);
  }

  /** A number, a boolean, or a date (which may have a blank before its time). */
  skipBareValue(): void {
    this.match(/\d{4}-\d\d-\d\d \d[^\s,\]}#]*|[^\s,\]}#]+/y);
  }

  #readKeyPart(): string {
    if (!this.startsWith('"') && !this.startsWith("'")) return this.match(/[^\s.=\]"']+/y);
    return String(parse(`key = ${this.skipString()}`)["key"]);
  }
}
