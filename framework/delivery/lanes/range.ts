/** Events on disk, by id, that have not been looked at: those after `cursor`, up to `end`. */
export class Range {
  cursor: number;
  end: number;

  constructor(cursor: number, end: number) {
    this.cursor = cursor;
    this.end = end;
  }

  get isEmpty(): boolean {
    return this.cursor >= this.end;
  }
}
