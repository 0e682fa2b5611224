/** What a Python literal is printed from. */
export type PythonValue = string | number | readonly PythonValue[] | Map<string | number, PythonValue>;

/** The value as Python's `repr` prints it: `{'name': ['text'], 1: 'text'}`. */
export function toPythonLiteral(value: PythonValue): string {
  if (typeof value === "string") return toTextLiteral(value);
  if (typeof value === "number") return String(value);
  if (value instanceof Map) {
    const entries = [...value].map(([key, each]) => `${toPythonLiteral(key)}: ${toPythonLiteral(each)}`);
    return `{${entries.join(", ")}}`;
  }
  return `[${value.map(toPythonLiteral).join(", ")}]`;
}

/** In single quotes, or in double quotes when it holds a single quote and no double quote. */
function toTextLiteral(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // Controls, invisible and unassigned characters, lone surrogates, and every space but the common one.
  const escaped = text.replace(/[\p{C}\p{Z}\\'"]/gu, (character) => escapeCharacter(character, quote));
  return `${quote}${escaped}${quote}`;
}

const shortEscapes = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escapeCharacter(character: string, quote: string): string {
  if (character === " ") return character;
  if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
  const code = character.codePointAt(0) ?? 0;
  const hex = (digits: number): string => code.toString(16).padStart(digits, "0");
  const long = code > 0xffff ? `\\U${hex(8)}` : `\\u${hex(4)}`;
  return shortEscapes.get(character) ?? (code < 0x100 ? `\\x${hex(2)}` : long);
}
