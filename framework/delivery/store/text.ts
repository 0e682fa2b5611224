/**
 * Early releases of Node 24 cut a text that they read from SQLite at its first NUL, and ordering keys have NULs in them. So
 * `\0` is kept as `%0`, and for that `%` as `%%`.
 */
export function toColumn(text: string): string {
  const escaped = text.includes("%") ? text.replaceAll("%", "%%") : text;
  return escaped.includes("\0") ? escaped.replaceAll("\0", "%0") : escaped;
}

export function fromColumn(text: string): string {
  if (!text.includes("%")) return text;
  if (!text.includes("%%")) return text.replaceAll("%0", "\0");
  return text.replace(/%([0%])/g, (_, kind) => (kind === "0" ? "\0" : "%"));
}
