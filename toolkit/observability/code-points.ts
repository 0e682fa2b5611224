/** True when the text has at most `max` Unicode code points: what the server counts, unlike `text.length`. */
export function fitsCodePoints(text: string, max: number): boolean {
  if (text.length <= max) return true; // a code point takes one or two UTF-16 units
  return text.length <= 2 * max && cutToCodePoints(text, max).length === text.length;
}

/** The first `max` code points of the text; never cuts one in half. */
export function cutToCodePoints(text: string, max: number): string {
  let end = 0;
  for (let count = 0; count < max && end < text.length; count += 1) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}
