/** Where a command writes. Each text ends its own lines. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
}

/** Columns of text, each as wide as its widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** How long ago, to two units: `3 h 20 min`. */
export function age(ms: number): string {
  let left = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of UNITS) {
    if (left >= seconds && parts.length < 2) parts.push(`${Math.floor(left / seconds)} ${unit}`);
    left %= seconds;
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

export function bytes(count: number): string {
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

/** On one line of at most so many characters, and nothing in it that could steer a terminal. */
export function oneLine(text: string, maxLength: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go
  const line = text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}

/** A lane's name as a person reads it: `run nightly-load / 2024-05-01`. */
export function laneName(lane: string): string {
  const [kind, ...parts] = lane.split("\u0000");
  return oneLine(`${kind} ${parts.join(" / ")}`, 60);
}
