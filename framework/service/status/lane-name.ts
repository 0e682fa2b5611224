/** A lane's key as a person reads it: `run nightly-load / 2024-05-01`. */
export function laneName(lane: string): string {
  const [kind = "", ...parts] = lane.split("\u0000");
  return `${kind} ${parts.join(" / ")}`.trim();
}
