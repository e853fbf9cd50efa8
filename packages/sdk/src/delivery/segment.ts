import {
  close,
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  unlink,
  writeSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32c } from './crc32c.ts';
import type { Lane } from './item.ts';
import { Ranges } from './ranges.ts';
import { type ReadResult, readRecords } from './segment-record.ts';
import { Tally } from './tally.ts';

/** Of the file beside a segment that says what of it was sent: two positions and their CRC-32C. */
const SENT_BYTES = 20;
export const SENT_MARKER = '.sent';
const SEGMENT_MODE = 0o600;

/**
 * One file of records and, beside it, the marker of what was sent. Written by its owner at known positions only, so a write that failed half-way is
 * written over; read by positions, so damage moves nothing.
 */
export class Segment {
  readonly path: string;
  readonly lane: Lane;
  readonly isAdopted: boolean;
  /** What replay passes over: in memory, or settled. */
  readonly passed = new Ranges();
  /** Entries that stand only here, by level. */
  readonly diskOnly = new Tally();
  diskOnlyBytes = 0;
  /** Monotonic ms of the oldest of them, as far as known. */
  diskOnlySince = 0;
  /** Entries neither sent nor lost. */
  remaining = 0;
  /** Bytes that are written. */
  size = 0;
  /** Replay has read so far. */
  cursor = 0;
  isDamaged = false;
  /** Nothing is appended any more. */
  isClosed: boolean;
  /** Deleted, or given up. */
  isGone = false;
  firstOrder = 0;
  lastOrder = 0;
  #file: number | null = null;
  #isDirty = false;
  #sentFile: number | null = null;
  #syncing: Promise<void> | null = null;

  /** A new one; throws what the file system says. */
  static create(path: string, lane: Lane): Segment {
    const segment = new Segment(path, lane, false);
    segment.#file = openSync(path, 'wx', SEGMENT_MODE);
    return segment;
  }

  /** One that a dead process left. */
  static adopt(path: string, lane: Lane): Segment {
    const segment = new Segment(path, lane, true);
    segment.size = statSync(path).size;
    for (const [from, to] of readSentMarker(path + SENT_MARKER)) segment.passed.add(from, to);
    return segment;
  }

  private constructor(path: string, lane: Lane, isAdopted: boolean) {
    this.path = path;
    this.lane = lane;
    this.isAdopted = isAdopted;
    this.isClosed = isAdopted;
  }

  /** Appends the bytes whole or throws; a part that was written is cut off again. */
  append(bytes: Buffer, length: number): void {
    if (this.#file === null) throw new Error('the segment is closed');
    let written = 0;
    try {
      while (written < length) {
        const step = writeSync(this.#file, bytes, written, length - written, this.size + written);
        if (step === 0) throw new Error('nothing could be written');
        written += step;
      }
    } catch (error) {
      this.#cut();
      throw error;
    }
    this.size += length;
    this.#isDirty = true;
  }

  /** Says that the bytes were settled. A marker that cannot be written costs a duplicate after a crash, no more. */
  markSent(ranges: readonly (readonly [number, number])[]): void {
    if (this.isGone) return;
    const bytes = Buffer.alloc(ranges.length * SENT_BYTES);
    ranges.forEach(([from, to], index) => {
      const at = index * SENT_BYTES;
      bytes.writeDoubleLE(from, at);
      bytes.writeDoubleLE(to, at + 8);
      bytes.writeUInt32LE(crc32c(bytes, at, at + 16), at + 16);
    });
    this.#sentFile ??= openSync(this.path + SENT_MARKER, 'a', SEGMENT_MODE);
    writeSync(this.#sentFile, bytes);
  }

  /** What was appended reaches the disk. Rejects when it does not. */
  sync(): Promise<void> {
    if (this.#syncing) return this.#syncing.then(() => this.sync());
    const file = this.#file;
    if (!this.#isDirty || file === null) return Promise.resolve();
    this.#isDirty = false;
    return this.#track(
      new Promise((resolve, reject) => {
        fdatasync(file, (error) => {
          if (error) this.#isDirty = true;
          if (error) reject(error);
          else resolve();
        });
      }),
    );
  }

  /** Nothing more is appended; what is not on the disk gets there behind the caller's back (`sync` waits for it). */
  finish(): void {
    this.isClosed = true;
    const file = this.#file;
    if (file === null) return;
    this.#file = null;
    const isDirty = this.#isDirty && !this.isGone;
    this.#isDirty = false;
    void this.#track(
      (this.#syncing ?? Promise.resolve()).catch(ignore).then(
        () =>
          new Promise<void>((resolve, reject) => {
            const end = (error: Error | null) => close(file, () => (error ? reject(error) : resolve()));
            if (isDirty) fdatasync(file, end);
            else end(null);
          }),
      ),
    ).catch(ignore);
  }

  /** As `finish`, within the call. */
  finishNow({ isSynced }: { isSynced: boolean }): void {
    this.isClosed = true;
    if (this.#file !== null && this.#syncing === null) {
      try {
        if (isSynced && this.#isDirty && !this.isGone) fdatasyncSync(this.#file);
      } finally {
        closeSync(this.#file);
        this.#file = null;
      }
    }
    this.#closeMarker();
  }

  /** The file goes, wholly sent or given up. */
  delete(done: (error: Error | null) => void): void {
    if (this.isGone) return;
    this.isGone = true;
    this.finish();
    this.#closeMarker();
    unlink(this.path, (error) => {
      // The marker goes last: a crash between the two leaves a marker without meaning, never a segment that is sent again.
      unlink(this.path + SENT_MARKER, () => done(error && error.code !== 'ENOENT' ? error : null));
    });
  }

  /** As `delete`, within the call. */
  deleteNow(): void {
    this.isGone = true;
    this.finishNow({ isSynced: false });
    rmSync(this.path, { force: true });
    rmSync(this.path + SENT_MARKER, { force: true });
  }

  /** Reads on from the cursor, at most so much; moves the cursor. Nothing of what is passed over is given. */
  async read(maxBytes: number, maxEntries: number, to: number): Promise<ReadResult> {
    const file = await open(this.path, 'r');
    try {
      return await this.#readFrom(file, { maxBytes, maxEntries, to });
    } finally {
      await file.close();
    }
  }

  async #readFrom(file: FileHandle, limits: { maxBytes: number; maxEntries: number; to: number }): Promise<ReadResult> {
    for (let size = limits.maxBytes; ; ) {
      const start = this.#passOver(this.cursor);
      const wanted = Math.max(0, Math.min(size, limits.to - start));
      const bytes = Buffer.allocUnsafe(wanted);
      const { bytesRead } = wanted > 0 ? await file.read(bytes, 0, wanted, start) : { bytesRead: 0 };
      const isEnd = start + bytesRead >= limits.to || bytesRead < wanted;
      const result = readRecords(bytes.subarray(0, bytesRead), {
        isEnd,
        isDamaged: this.isDamaged,
        isSkipped: (offset) => this.passed.has(start + offset),
        maxEntries: limits.maxEntries,
      });
      if (result.end === 0 && result.needed > size && !isEnd) {
        size = result.needed;
        continue;
      }
      for (const record of result.records) record.offset += start;
      // A file that became shorter than it was has no more to give.
      this.cursor = bytesRead < wanted && result.end === bytesRead ? limits.to : start + result.end;
      this.isDamaged = result.isDamaged;
      return { ...result, end: this.cursor };
    }
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => {
      if (this.#syncing === tracked) this.#syncing = null;
    });
    this.#syncing = tracked;
    return tracked;
  }

  #passOver(position: number): number {
    let at = position;
    for (let end = this.passed.endOf(at); end !== null; end = this.passed.endOf(at)) at = end;
    return at;
  }

  #cut(): void {
    try {
      if (this.#file !== null) ftruncateSync(this.#file, this.size);
    } catch {
      // The next write stands over it; after a crash it is a torn tail.
    }
  }

  #closeMarker(): void {
    const file = this.#sentFile;
    this.#sentFile = null;
    if (file !== null) close(file, ignore);
  }
}

function readSentMarker(path: string): [number, number][] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return [];
  }
  const ranges: [number, number][] = [];
  for (let at = 0; at + SENT_BYTES <= bytes.length; at += SENT_BYTES) {
    if (bytes.readUInt32LE(at + 16) !== crc32c(bytes, at, at + 16)) continue;
    ranges.push([bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8)]);
  }
  return ranges;
}

function ignore(): void {
  // The file is closed or gone either way.
}
