/**
 * The candidate that `name` most likely was meant to be, ignoring case: at most two slips (a letter wrong, missing, too
 * many, or two swapped), or one slip for each three letters of a long name. Undefined when nothing is that close.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  const maxSlips = Math.max(Math.min(2, name.length - 1), Math.floor(name.length / 3));
  let nearest: string | undefined;
  let fewest = maxSlips + 1;
  for (const candidate of candidates) {
    const count = slips(wanted, candidate.toLowerCase());
    if (count < fewest) [nearest, fewest] = [candidate, count];
  }
  return nearest;
}

/** Edit distance where swapping two neighbours counts once (optimal string alignment). */
function slips(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = at(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      let best = Math.min(changed, at(last, column) + 1, at(current, column - 1) + 1);
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) best = Math.min(best, at(beforeLast, column - 2) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
