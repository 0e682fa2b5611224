import { PAGE_BYTES } from "../connection.ts";

/** A row as it is in a page: the values of its columns, that of the first being its id. */
export type RawRow = readonly (string | number | null)[];

/** Finds a page of the same file; `undefined` when there is none. */
export type ReadPage = (number: number) => Buffer | undefined;

const LEAF_OF_TABLE = 0x0d;
const LEAF_HEADER_BYTES = 8;
/** Page 1 begins with the file's own header. */
const FILE_HEADER_BYTES = 100;

/** No table of ours has more columns, and so a row's header takes one byte for its length, at most five for a column. */
const MOST_COLUMNS = 10;

/** The row's size and its id, at most. */
const MOST_BYTES_BEFORE_HEADER = 4 + 8;

const EMPTY_PAGE = Buffer.alloc(PAGE_BYTES);

/** A row's values take that much of a page; the rest is in a chain of further pages. */
const MOST_LOCAL_BYTES = PAGE_BYTES - 35;
const LEAST_LOCAL_BYTES = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23;
const CHAINED_BYTES = PAGE_BYTES - 4;
const LARGEST_ROW_BYTES = 64 * 1024 * 1024;

/**
 * The rows in a page, if it is a leaf of a table: those that its index of cells names and, when `accept` does not take all
 * of them, any that can be found by trying every byte. What a row means, and whether it is whole, `accept` must know.
 * @see https://www.sqlite.org/fileformat2.html#b_tree_pages
 */
export function visitRows(page: Buffer, number: number, readPage: ReadPage, accept: (row: RawRow) => boolean): void {
  const start = number === 1 ? FILE_HEADER_BYTES : 0;
  if (page.length < PAGE_BYTES || page.equals(EMPTY_PAGE)) return;
  if (page[start] === LEAF_OF_TABLE && visitCells(page, start, readPage, accept)) return;
  for (let zero = page.indexOf(0, start); zero !== -1; zero = page.indexOf(0, zero + 1)) {
    for (const offset of cellsWithHeaderAt(page, zero - 1)) {
      const row = parseCell(page, offset, readPage);
      if (row !== undefined) accept(row);
    }
  }
}

/** Where a cell may begin whose row has its header there: before the header are the row's size and its id. */
function cellsWithHeaderAt(page: Buffer, header: number): readonly number[] {
  if (!isHeaderSize(page[header])) return [];
  const before = Array.from({ length: MOST_BYTES_BEFORE_HEADER }, (_, i) => header - 1 - i);
  return before.filter((offset) => offset >= 0 && readVarint(page, readVarint(page, offset)[1])[1] === header);
}

function isHeaderSize(size: number | undefined): size is number {
  return size !== undefined && size >= 3 && size <= 1 + MOST_COLUMNS * 5;
}

/** @returns whether the page is as it should be */
function visitCells(page: Buffer, start: number, readPage: ReadPage, accept: (row: RawRow) => boolean): boolean {
  const count = page.readUInt16BE(start + 3);
  const index = start + LEAF_HEADER_BYTES;
  if (index + 2 * count > page.length) return false;
  let isSound = true;
  for (let i = 0; i < count; i++) {
    const row = parseCell(page, page.readUInt16BE(index + 2 * i), readPage);
    if (row === undefined || !accept(row)) isSound = false;
  }
  return isSound;
}

function parseCell(page: Buffer, offset: number, readPage: ReadPage): RawRow | undefined {
  const [size, afterSize] = readVarint(page, offset);
  const [id, afterId] = readVarint(page, afterSize);
  // The first column is the id's alias, which is kept as NULL: this rules out nearly all that is no row.
  if (page[afterId + 1] !== 0 || size < 3 || size > LARGEST_ROW_BYTES || !Number.isSafeInteger(id)) return undefined;
  const headerSize = page[afterId];
  if (!isHeaderSize(headerSize) || afterId + headerSize > page.length) return undefined;
  const types = readTypes(page, afterId + 1, afterId + headerSize);
  if (types === undefined || headerSize + types.reduce((sum, type) => sum + sizeOf(type), 0) !== size) return undefined;
  const bytes = readPayload(page, afterId, size, readPage);
  return bytes === undefined ? undefined : [id, ...readValues(bytes.subarray(headerSize), types.slice(1))];
}

function readTypes(page: Buffer, start: number, end: number): readonly number[] | undefined {
  const types: number[] = [];
  for (let offset = start; offset < end; ) {
    const [type, next] = readVarint(page, offset);
    const isNumber = type <= 9 && type !== 7;
    const isText = type >= 13 && type % 2 === 1;
    if ((!isNumber && !isText) || types.length === MOST_COLUMNS || next > end) return undefined;
    types.push(type);
    offset = next;
  }
  return types;
}

/** Bytes of a value of that type: NULL, integers of several sizes, 0, 1, and texts. */
function sizeOf(type: number): number {
  if (type >= 13) return (type - 13) / 2;
  return [0, 1, 2, 3, 4, 6, 8, 0, 0, 0][type] ?? 0;
}

function readPayload(page: Buffer, start: number, size: number, readPage: ReadPage): Buffer | undefined {
  if (size <= MOST_LOCAL_BYTES) return start + size <= page.length ? page.subarray(start, start + size) : undefined;
  const fitting = LEAST_LOCAL_BYTES + ((size - LEAST_LOCAL_BYTES) % CHAINED_BYTES);
  const local = fitting <= MOST_LOCAL_BYTES ? fitting : LEAST_LOCAL_BYTES;
  if (start + local + 4 > page.length) return undefined;
  const pieces = [page.subarray(start, start + local)];
  let next = page.readUInt32BE(start + local);
  for (let missing = size - local; missing > 0; missing -= CHAINED_BYTES) {
    const chained = readPage(next);
    if (chained === undefined || chained.length < PAGE_BYTES) return undefined;
    next = chained.readUInt32BE(0);
    pieces.push(chained.subarray(4, 4 + Math.min(missing, CHAINED_BYTES)));
  }
  return Buffer.concat(pieces);
}

function readValues(bytes: Buffer, types: readonly number[]): RawRow {
  let offset = 0;
  return types.map((type) => {
    const start = offset;
    offset += sizeOf(type);
    if (type === 0) return null;
    if (type === 8 || type === 9) return type - 8;
    if (type >= 13) return bytes.toString("utf8", start, offset);
    return type === 6 ? Number(bytes.readBigInt64BE(start)) : bytes.readIntBE(start, offset - start);
  });
}

/** @returns the number, and where the next byte is */
function readVarint(bytes: Buffer, offset: number): readonly [value: number, next: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) return [Number.NaN, offset];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, offset + i + 1];
  }
  return [Number.NaN, offset];
}
