import { PAGE_BYTES } from "../connection.ts";
import type { ByteReader } from "./byte-reader.ts";

/** One page as it was written to the write-ahead log. */
export interface Frame {
  readonly page: number;
  /** Where the page's bytes begin. */
  readonly offset: number;
  /** The last of its transaction? */
  readonly isCommit: boolean;
  /** Does its checksum hold? */
  readonly isSound: boolean;
}

export interface LogFile {
  /** Those of the log's present round, whatever is left of earlier ones. */
  readonly frames: readonly Frame[];
  /** As many of them as SQLite takes: whole transactions, up to the first thing that is wrong. */
  readonly taken: number;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;

/** The last bit says in which byte order checksums are computed. */
const MAGIC = 0x377f0682;

/**
 * Reads a write-ahead log as SQLite would, and on past what is wrong with it: a frame's checksum builds on the one before,
 * which is written down there, so each frame can be checked by itself.
 * @see https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
export function readLog(file: ByteReader): LogFile {
  const header = file.read(0, HEADER_BYTES);
  const first = file.read(HEADER_BYTES, FRAME_HEADER_BYTES);
  if (header.length < HEADER_BYTES || first.length < FRAME_HEADER_BYTES) return { frames: [], taken: 0 };
  const isHeaderSound = checkHeader(header);
  // Without a sound header, the first frame says which round this is.
  const round = isHeaderSound ? header.subarray(16, 24) : first.subarray(8, 16);
  const isBigEndian = header.readUInt32BE(0) === MAGIC + 1;
  let previous: Checksum = isHeaderSound ? checksumAt(header, 24) : [0, 0];
  let isIntact = isHeaderSound;
  let taken = 0;
  const frames: Frame[] = [];
  for (let offset = HEADER_BYTES; offset + FRAME_BYTES <= file.size; offset += FRAME_BYTES) {
    const frame = file.read(offset, FRAME_BYTES);
    if (frame.length < FRAME_BYTES || !frame.subarray(8, 16).equals(round)) {
      isIntact = false;
      continue;
    }
    const written = checksumAt(frame, 16);
    const start = sum(frame.subarray(0, 8), previous, isBigEndian);
    const isSound = isSame(sum(frame.subarray(FRAME_HEADER_BYTES), start, isBigEndian), written);
    const isCommit = frame.readUInt32BE(4) !== 0;
    frames.push({ page: frame.readUInt32BE(0), offset: offset + FRAME_HEADER_BYTES, isCommit, isSound });
    isIntact &&= isSound;
    if (isIntact && isCommit) taken = frames.length;
    previous = written;
  }
  return { frames, taken };
}

type Checksum = readonly [number, number];

function checkHeader(header: Buffer): boolean {
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return false;
  return isSame(sum(header.subarray(0, 24), [0, 0], magic === MAGIC + 1), checksumAt(header, 24));
}

function checksumAt(bytes: Buffer, offset: number): Checksum {
  return [bytes.readUInt32BE(offset), bytes.readUInt32BE(offset + 4)];
}

function isSame([a, b]: Checksum, [c, d]: Checksum): boolean {
  return a === c && b === d;
}

function sum(bytes: Buffer, [first, second]: Checksum, isBigEndian: boolean): Checksum {
  let a = first;
  let b = second;
  for (let i = 0; i < bytes.length; i += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(i + 4) : bytes.readUInt32LE(i + 4)) + a) >>> 0;
  }
  return [a, b];
}
