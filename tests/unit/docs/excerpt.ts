const GAP = /^\s*\/\/ …$/;

/** A line of an excerpt that is not where it should be. */
export interface Deviation {
  /** Counted from the first line of the excerpt, from 0. */
  readonly line: number;
  readonly text: string;
}

/**
 * Compares an excerpt with the file that it is from. A line `// …` stands for any number of lines; the pieces between
 * such lines must follow each other in the file. How far a piece is indented does not matter.
 */
export function findDeviation(excerpt: string, source: string): Deviation | undefined {
  const lines = source.split("\n");
  let from = 0;
  for (const piece of piecesOf(excerpt)) {
    const { at, matched } = bestPlace(piece.lines, lines, from);
    if (matched < piece.lines.length) return { line: piece.start + matched, text: piece.lines[matched] ?? "" };
    from = at + piece.lines.length;
  }
  return undefined;
}

interface Piece {
  readonly start: number;
  readonly lines: readonly string[];
}

function piecesOf(excerpt: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  const lines = excerpt.split("\n");
  for (let at = 0; at <= lines.length; at++) {
    if (at < lines.length && !GAP.test(lines[at] ?? "")) continue;
    if (at > start) pieces.push({ start, lines: dedented(lines.slice(start, at)) });
    start = at + 1;
  }
  return pieces;
}

/** Where the piece is, or where most of it is. */
function bestPlace(piece: readonly string[], lines: readonly string[], from: number) {
  let best = { at: from, matched: 0 };
  for (let at = from; at + piece.length <= lines.length; at++) {
    const window = dedented(lines.slice(at, at + piece.length));
    const differs = piece.findIndex((line, index) => line !== window[index]);
    if (differs === -1) return { at, matched: piece.length };
    if (differs > best.matched) best = { at, matched: differs };
  }
  return best;
}

function dedented(lines: readonly string[]): readonly string[] {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent).trimEnd());
}
