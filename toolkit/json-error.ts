/** What may stand next, in the words of the message. */
type Expected =
  | "a value"
  | 'a value or "]"'
  | "a name in quotes"
  | 'a name in quotes or "}"'
  | '":"'
  | '"," or "]"'
  | '"," or "}"'
  | "the end of the text";

/** What a string holds: ordinary characters (all but the quote, the backslash and control characters), and escapes. */
const CHARACTERS = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** A number or a literal. */
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Says where a text stops being JSON, and what was expected there. Only for texts that `JSON.parse` refuses. */
export function findJsonError(text: string): string {
  const open: ("[" | "{")[] = [];
  let expected: Expected = "a value";
  let at = 0;
  while (true) {
    at += match(/[ \t\n\r]*/y, text, at).length;
    const char = text.charAt(at);
    const token = expected.includes("value") || expected.includes("name") ? scalarAt(text, at) : "";
    const next = step(expected, char, token, open);
    if (next === undefined || char === "") return describe(text, at, expected);
    at += token.length || 1;
    expected = next;
  }
}

/** The state after `char` (or `token`, a scalar that starts with it); undefined when it may not stand here. */
function step(expected: Expected, char: string, token: string, open: ("[" | "{")[]): Expected | undefined {
  if (expected.startsWith("a name") && token.startsWith('"')) return '":"';
  if (expected === '":"') return char === ":" ? "a value" : undefined;
  if (expected.startsWith("a value") && token !== "") return afterValue(open);
  if (expected.startsWith("a value") && (char === "[" || char === "{")) {
    open.push(char);
    return char === "[" ? 'a value or "]"' : 'a name in quotes or "}"';
  }
  if ((char === "]" || char === "}") && expected.endsWith(`"${char}"`)) {
    open.pop();
    return afterValue(open);
  }
  if (char === "," && expected.startsWith('","')) return open.at(-1) === "[" ? "a value" : "a name in quotes";
  return undefined;
}

function afterValue(open: readonly ("[" | "{")[]): Expected {
  const inner = open.at(-1);
  if (inner === undefined) return "the end of the text";
  return inner === "[" ? '"," or "]"' : '"," or "}"';
}

/** A string, a number or a literal; empty when there is none, or a string that is not correct. */
function scalarAt(text: string, at: number): string {
  if (text.charAt(at) !== '"') return match(WORD, text, at);
  let end = at + 1;
  // One expression for all of it would try the ways to divide the text among its parts, and not come to an end.
  while (true) {
    end += match(CHARACTERS, text, end).length;
    const escaped = match(ESCAPE, text, end);
    if (escaped === "") break;
    end += escaped.length;
  }
  return text.charAt(end) === '"' ? text.slice(at, end + 1) : "";
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function describe(text: string, at: number, expected: Expected): string {
  const lines = text.slice(0, at).split("\n");
  const place = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  const char = text.charAt(at);
  // A quote that starts no correct string: the string has no end, a raw control character or an unknown escape.
  const found =
    char === "" ? "the text ends" : char === '"' ? "the text in quotes is broken" : `${JSON.stringify(char)} is there`;
  return `The text is not JSON: at ${place} ${expected} must follow, but ${found}.`;
}
