const BARE_KEY = /^[A-Za-z0-9_-]+$/;

/** A value as it is written in TOML, on one line: `"text"`, `[1, 2]`, `{ name = "x" }`. */
export function tomlText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  if (typeof value === "number") return numberText(value);
  if (Array.isArray(value)) return `[${value.map(tomlText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const pairs = Object.entries(value).map(([key, item]) => `${keyText(key)} = ${tomlText(item)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function keyText(key: string): string {
  return BARE_KEY.test(key) ? key : JSON.stringify(key);
}
