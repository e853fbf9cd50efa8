import type { FileHandle } from 'node:fs/promises';
import { beginFile } from './begin-file.ts';
import { LineEvents } from './line-events.ts';
import type { FileReading } from './options.ts';
import type { ProblemTally } from './problem-tally.ts';
import type { Window } from './read-input.ts';
import { begunAnew, type FilePosition, START_BYTES, startOf } from './tail-position.ts';

/** What an open file has of the path it was opened by. */
export interface FollowedPath {
  path: string;
  reading: FileReading;
  window: Window;
  /** Bytes read in one look. */
  lookBytes: number;
  problems: ProblemTally;
  /** Told of a file that cannot be followed; it is told once. */
  onUnfit(reason: string): void;
  /** Told of a file that is read once instead: compressed data or an export. */
  onStatic(isCompressed: boolean): void;
  /** Told where the file stood when it was truncated. */
  onTruncated(position: FilePosition): void;
}

/** One open file: where it was read to, and what reads it. */
export class FollowedHandle {
  readonly identity: string;
  /** Looks in a row without anything new. */
  quietLooks = 0;
  readonly #handle: FileHandle;
  readonly #path: FollowedPath;
  /** How often the file was begun anew: truncated, or another one of the same inode. */
  #epoch: number;
  #offset = 0;
  #start: Buffer = Buffer.alloc(0);
  /** Bytes of the byte-order mark. */
  #markBytes = 0;
  /** Where an earlier process stood. */
  #known: FilePosition | undefined;
  #lines: LineEvents | null = null;
  #decoder: InstanceType<typeof TextDecoder> | null = null;

  constructor(
    handle: FileHandle,
    path: FollowedPath,
    { identity, known }: { identity: string; known: FilePosition | undefined },
  ) {
    this.identity = identity;
    this.#handle = handle;
    this.#path = path;
    this.#epoch = known?.epoch ?? 0;
    this.#known = known;
  }

  /** What reads it; null: nothing of it was recognised yet. */
  get lines(): LineEvents | null {
    return this.#lines;
  }

  /** Null: nothing was read of it. */
  position(): FilePosition | null {
    if (this.#lines === null) return null;
    const { offset, lines, time } = this.#lines.place;
    const isDecoded = this.#decoder !== null;
    return {
      path: this.#path.path,
      identity: this.identity,
      epoch: this.#epoch,
      // Decoded text has other offsets than the file: it is read from its beginning again, and gives the same ids.
      offset: isDecoded ? 0 : this.#markBytes + offset,
      lines: isDecoded ? 0 : lines,
      time,
      start: startOf(this.#start),
    };
  }

  /** Reads what is new; adds the readers that may have events to `read`, be it before it fails. Gives whether more is there than one look reads. */
  async look(read: LineEvents[]): Promise<boolean> {
    const found = await this.#readOn(read);
    if (found === 'nothing') this.quietLooks++;
    else this.quietLooks = 0;
    return found === 'part';
  }

  /** Lines without an end, as far as they came; the reader that may have them. */
  finish(): LineEvents[] {
    this.#lines?.finish();
    return this.#lines ? [this.#lines] : [];
  }

  /** Where a file stands that is let go. */
  async lastPosition(): Promise<FilePosition | null> {
    const position = this.position();
    const isDeleted = (await this.#handle.stat().catch(() => null))?.nlink === 0;
    return position && isDeleted ? begunAnew(position) : position;
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }

  async #readOn(read: LineEvents[]): Promise<'nothing' | 'part' | 'all'> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size < this.#offset || (size > this.#offset && !(await this.#startsAsBefore()))) this.#beginAnew(read);
    if (size <= this.#offset) return 'nothing';
    this.#lines ??= await this.#begin({ size, mtimeMs });
    const lines = this.#lines;
    const end = Math.min(size, this.#offset + this.#path.lookBytes);
    if (!lines || end <= this.#offset) return 'nothing';
    await this.#readTo(end, lines);
    read.push(lines);
    return end < size ? 'part' : 'all';
  }

  async #readTo(end: number, lines: LineEvents): Promise<void> {
    const { reading, window } = this.#path;
    lines.setReferenceTime(reading.clock.now());
    while (this.#offset < end) {
      const chunk = await this.#readAt(this.#offset, Math.min(reading.limits.chunkBytes, end - this.#offset));
      if (chunk.length === 0) break;
      this.#offset += chunk.length;
      window.progress.readBytes += chunk.length;
      lines.push(this.#decoder ? Buffer.from(this.#decoder.decode(chunk, { stream: true })) : chunk);
    }
  }

  async #readAt(position: number, bytes: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await this.#handle.read(buffer, 0, bytes, position);
    return buffer.subarray(0, bytesRead);
  }

  async #startsAsBefore(): Promise<boolean> {
    const start = await this.#readAt(0, START_BYTES);
    const isSame = start.subarray(0, this.#start.length).equals(this.#start);
    if (isSame) this.#start = Buffer.from(start);
    return isSame;
  }

  #beginAnew(read: LineEvents[]): void {
    read.push(...this.finish());
    const position = this.position();
    if (position) this.#path.onTruncated(position);
    this.#epoch++;
    this.#offset = 0;
    this.#start = Buffer.alloc(0);
    this.#known = undefined;
    this.#lines = null;
    this.#decoder = null;
  }

  /** Looks at the first bytes; null when this is nothing to follow. */
  async #begin({ size, mtimeMs }: { size: number; mtimeMs: number }): Promise<LineEvents | null> {
    const { path, reading, window, problems } = this.#path;
    const head = await this.#readAt(0, reading.limits.headBytes);
    const beginning = beginFile(head, { size, known: this.#known, format: reading.format });
    if (beginning.kind === 'static') this.#path.onStatic(beginning.isCompressed);
    if (beginning.kind === 'binary') this.#path.onUnfit(beginning.reason);
    if (beginning.kind !== 'lines') return null;
    const { encoding, markBytes, goesOn, isAnother } = beginning;
    if (isAnother) this.#epoch++;
    this.#offset = goesOn?.offset ?? markBytes;
    this.#markBytes = markBytes;
    this.#start = Buffer.from(head.subarray(0, START_BYTES));
    this.#decoder = encoding === 'utf-8' ? null : new TextDecoder(encoding, { ignoreBOM: true });
    return new LineEvents({
      name: path,
      // After a truncation the same words may stand at the same place, and are another event.
      identity: this.#epoch === 0 ? this.identity : `${this.identity}.${this.#epoch}`,
      ...(goesOn ? { from: { offset: goesOn.offset - markBytes, lines: goesOn.lines, time: goesOn.time } } : {}),
      fallbackTime: mtimeMs,
      reading,
      since: window.since,
      until: window.until,
      problems,
    });
  }
}
