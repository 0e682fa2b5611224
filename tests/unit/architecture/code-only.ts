/** Before one of these, all is code. */
const MARK = /["'`/{}]|$/g;
/** Where text that is not code begins, tried at each mark. */
const NOT_CODE: readonly RegExp[] = [
  /\/\/[^\n]*/y, // comments
  /\/\*[\s\S]*?\*\//y,
  /"(?:\\.|[^"\\\n])*"/y, // strings
  /'(?:\\.|[^'\\\n])*'/y,
];
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** After one of these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(?:[(,=:[!&|?{};>]|\breturn|\byield\*?|^)\s*$/;
/** The text of a template, from its beginning or from the end of a `${…}` to its end or to the next `${`. */
const TEMPLATE_TEXT = /[`}](?:\\[\s\S]|(?!\$\{)[^\\`])*(?:`|\$\{)/y;

/**
 * Blanks out what is inside of comments, strings, templates and regular expressions; what is left stands where it stood.
 * Knows as much of the language as our sources need.
 */
export function codeOnly(source: string): string {
  let code = "";
  const templates: boolean[] = []; // for each open brace: is it that of a `${`?
  while (true) {
    MARK.lastIndex = code.length;
    code += source.slice(code.length, MARK.exec(source)?.index);
    if (code.length === source.length) return code;
    const character = source[code.length] ?? "";
    if (character === "`" || (character === "}" && templates.pop() === true)) {
      const text = matchAt(TEMPLATE_TEXT, source, code.length) ?? character;
      if (text.endsWith("${")) templates.push(true);
      code += blanked(text);
      continue;
    }
    const text = notCodeAt(source, code);
    if (text === undefined && character === "{") templates.push(false);
    code += text === undefined ? character : blanked(text);
  }
}

function notCodeAt(source: string, code: string): string | undefined {
  for (const pattern of NOT_CODE) {
    const text = matchAt(pattern, source, code.length);
    if (text !== undefined) return text;
  }
  return BEFORE_REGEX.test(code.slice(-20)) ? matchAt(REGEX, source, code.length) : undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Keeps the ends, so that a string still is one, and the lines. */
function blanked(text: string): string {
  if (text.startsWith("/")) return text.replace(/[^\n]/g, " ");
  return text.slice(0, 1) + text.slice(1, -1).replace(/[^\n]/g, " ") + text.slice(-1);
}
