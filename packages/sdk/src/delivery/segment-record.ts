import type { Entry } from '../record.ts';
import { crc32c } from './crc32c.ts';
import { COUNTER_LEVELS, levelPlace } from './tally.ts';

/**
 * One record of a segment, little-endian:
 *
 * ```
 *  0 u32 mark, where reading finds its way again behind damage     16 u32 how many records it stands for
 *  4 u32 bytes behind the 12 of mark, length and checksum          20 f64 sequence   28 f64 order   36 f64 accepted at
 *  8 u32 CRC-32C of those bytes                                    44 id, then line, UTF-8
 * 12 u8 version, u8 level, u16 bytes of the id
 * ```
 */
const MARK = 0x9d5ec0a7;
const MARK_BYTES = Buffer.from([0xa7, 0xc0, 0x5e, 0x9d]);
const VERSION = 1;
const HEAD_BYTES = 12;
const FIXED_BYTES = 44;
/** More than any entry: a length beyond it is damage. */
const LONGEST = 64 * 1024 * 1024;

/** Bytes that a record may take at most. */
export function recordBound(entry: Entry): number {
  return FIXED_BYTES + (entry.id.length + entry.line.length) * 3;
}

/** Writes the record at `at` and gives where it ends. */
export function writeRecord(target: Buffer, at: number, entry: Entry, order: number): number {
  const idBytes = target.write(entry.id, at + FIXED_BYTES);
  const lineBytes = target.write(entry.line, at + FIXED_BYTES + idBytes);
  const end = at + FIXED_BYTES + idBytes + lineBytes;
  target[at + 12] = VERSION;
  target[at + 13] = levelPlace(entry.level);
  target.writeUInt16LE(idBytes, at + 14);
  target.writeUInt32LE(entry.count, at + 16);
  target.writeDoubleLE(entry.sequence, at + 20);
  target.writeDoubleLE(order, at + 28);
  target.writeDoubleLE(entry.acceptedAt, at + 36);
  target.writeUInt32LE(MARK, at);
  target.writeUInt32LE(end - at - HEAD_BYTES, at + 4);
  target.writeUInt32LE(crc32c(target, at + HEAD_BYTES, end), at + 8);
  return end;
}

export interface StoredRecord {
  /** Within the bytes that were read. */
  offset: number;
  length: number;
  order: number;
  entry: Entry;
}

export interface ReadOptions {
  /** No more bytes will come: what is cut off there is a torn tail. */
  isEnd: boolean;
  /** Whether the last read ended within damage, so that it is not counted twice. */
  isDamaged?: boolean;
  /** For a record at this position that need not be read: true. */
  isSkipped?: (offset: number) => boolean;
  /** Stops after so many. */
  maxEntries?: number;
}

export interface ReadResult {
  records: StoredRecord[];
  /** Where to read on. */
  end: number;
  /** Stretches of damage found, the torn tail among them. */
  damaged: number;
  /** Damage reaches to `end`. */
  isDamaged: boolean;
  /** Bytes from `end` that the next record needs; 0 when it is not known. */
  needed: number;
}

/** Reads records one behind the other; a bad one is passed over up to the next good one. */
export function readRecords(bytes: Buffer, options: ReadOptions): ReadResult {
  const result: ReadResult = { records: [], end: 0, damaged: 0, isDamaged: options.isDamaged ?? false, needed: 0 };
  const most = options.maxEntries ?? Number.POSITIVE_INFINITY;
  while (result.end < bytes.length && result.records.length < most) {
    const size = sizeAt(bytes, result.end);
    const missing = missingBytes(bytes, result.end, size);
    if (missing > 0 && !options.isEnd) {
      result.needed = missing;
      return result;
    }
    if (missing > 0 || typeof size === 'string' || !isWhole(bytes, result.end, size)) {
      passDamage(bytes, result, options.isEnd);
      continue;
    }
    result.isDamaged = false;
    if (!options.isSkipped?.(result.end)) result.records.push(decode(bytes, result.end, size));
    result.end += size;
  }
  return result;
}

/** Bytes from `at` that the record there needs, if they are not all there; else 0. */
function missingBytes(bytes: Buffer, at: number, size: number | 'short' | 'bad'): number {
  if (size === 'short') return HEAD_BYTES;
  return size !== 'bad' && at + size > bytes.length ? size : 0;
}

function sizeAt(bytes: Buffer, at: number): number | 'short' | 'bad' {
  if (at + HEAD_BYTES > bytes.length) return 'short';
  if (bytes.readUInt32LE(at) !== MARK) return 'bad';
  const length = bytes.readUInt32LE(at + 4);
  return length < FIXED_BYTES - HEAD_BYTES || length > LONGEST ? 'bad' : HEAD_BYTES + length;
}

function isWhole(bytes: Buffer, at: number, size: number): boolean {
  const body = at + HEAD_BYTES;
  if (bytes.readUInt32LE(at + 8) !== crc32c(bytes, body, at + size)) return false;
  if (bytes[body] !== VERSION || bytes[body + 1]! >= COUNTER_LEVELS.length) return false;
  return FIXED_BYTES + bytes.readUInt16LE(body + 2) <= size;
}

/** To the next mark, or the end; a stretch of damage counts once. */
function passDamage(bytes: Buffer, result: ReadResult, isEnd: boolean): void {
  if (!result.isDamaged) {
    result.isDamaged = true;
    result.damaged++;
  }
  const next = bytes.indexOf(MARK_BYTES, result.end + 1);
  if (next >= 0) result.end = next;
  else result.end = isEnd ? bytes.length : Math.max(result.end + 1, bytes.length - MARK_BYTES.length + 1);
}

function decode(bytes: Buffer, at: number, size: number): StoredRecord {
  const idEnd = at + FIXED_BYTES + bytes.readUInt16LE(at + 14);
  return {
    offset: at,
    length: size,
    order: bytes.readDoubleLE(at + 28),
    entry: {
      id: bytes.toString('utf8', at + FIXED_BYTES, idEnd),
      sequence: bytes.readDoubleLE(at + 20),
      level: COUNTER_LEVELS[bytes[at + 13]!]!,
      line: bytes.toString('utf8', idEnd, at + size),
      bytes: at + size - idEnd,
      acceptedAt: bytes.readDoubleLE(at + 36),
      count: bytes.readUInt32LE(at + 16),
    },
  };
}
