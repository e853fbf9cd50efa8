import { type FileHandle, open, stat } from 'node:fs/promises';
import { looksLikeCloudLogging } from '../cloud-logging/index.ts';
import { LineEvents } from './line-events.ts';
import { type Input, reasonOf } from './list-inputs.ts';
import type { FileReading } from './options.ts';
import { ProblemTally } from './problem-tally.ts';
import type { Window } from './read-input.ts';
import { binaryReason, compressionOf, encodingOf } from './recognise-content.ts';
import { begunAnew, type FilePosition, hasStart, START_BYTES, startOf } from './tail-position.ts';

/** Looks without anything new before a renamed file is let go: its writer may not have noticed yet. */
const QUIET_LOOKS = 8;
/** Bytes read in one look at one file, so that a fast writer does not starve the others. */
const LOOK_BYTES = 64 * 1024 * 1024;

/** What following for a server adds: it goes on where an earlier process stood. */
export interface FollowOptions {
  /** Bytes read in one look at one file. */
  lookBytes: number;
  /** Looks without anything new before a file that was renamed or deleted is let go. */
  quietLooks: number;
  /** A path that leads nowhere lets its file go, too. */
  letsGoOfDeleted: boolean;
  recall(identity: string): FilePosition | undefined;
}

const FOLLOW: FollowOptions = {
  lookBytes: LOOK_BYTES,
  quietLooks: QUIET_LOOKS,
  letsGoOfDeleted: false,
  recall: () => undefined,
};

/** Truncations remembered of one path, to know a copy that was made before. */
const TRUNCATIONS = 4;

/** One open file: where it was read to, and what reads it. */
interface Generation {
  handle: FileHandle;
  identity: string;
  /** How often the file was begun anew: truncated, or another one of the same inode. */
  epoch: number;
  offset: number;
  start: Buffer;
  /** Bytes of the byte-order mark. */
  markBytes: number;
  /** Where an earlier process stood. */
  known: FilePosition | undefined;
  lines: LineEvents | null;
  decoder: InstanceType<typeof TextDecoder> | null;
  quietLooks: number;
}

/**
 * A path that is followed by device and inode: the file open now, and those that were renamed away and may still be written. Nothing is lost between
 * two looks, except what a truncation takes before it was read.
 */
export class FollowedFile {
  readonly input: Input;
  readonly problems: ProblemTally;
  /** It holds what is read once: compressed data or an export. */
  isStatic = false;
  isCompressed = false;
  /** More was there than one look reads. */
  isBehind = false;
  /** Why the last look failed; null: it did not. */
  failure: string | null = null;
  /** Where the file stood when it was truncated, newest last. */
  readonly truncations: FilePosition[] = [];
  #hasOpened = false;
  readonly #options: FollowOptions;
  /** Of files that were let go since the last call of `takePositions`. */
  readonly #lastPositions: FilePosition[] = [];
  readonly #reading: FileReading;
  readonly #window: Window;
  #current: Generation | null = null;
  #renamed: Generation[] = [];
  readonly #identities = new Set<string>();
  #isReported = false;

  constructor(input: Input, reading: FileReading, window: Window, options: FollowOptions = FOLLOW) {
    this.input = input;
    this.problems = new ProblemTally(input.path);
    this.#reading = reading;
    this.#window = window;
    this.#options = options;
    if (input.identity !== null) this.#identities.add(input.identity);
  }

  /** Whether that file was read under this path. */
  hasRead(identity: string): boolean {
    return this.#identities.has(identity);
  }

  /** Whether that file is open here, or will be with the first look. */
  isOpen(identity: string): boolean {
    if (!this.#hasOpened) return this.input.identity === identity;
    return this.#generations().some((generation) => generation.identity === identity);
  }

  /** Nothing is open any more: the path leads nowhere. */
  get isGone(): boolean {
    return this.#hasOpened && this.#generations().length === 0;
  }

  /** Where each file stands, those let go since the last call first. To be read before the next look. */
  takePositions(): FilePosition[] {
    return [...this.#lastPositions.splice(0), ...this.positions()];
  }

  /** Where the open files stand. */
  positions(): FilePosition[] {
    return this.#generations()
      .map((generation) => this.#positionOf(generation))
      .filter((position) => position !== null);
  }

  /** Reads what is new; the readers that may have events. Never throws: what fails is a problem, and tried again. */
  async poll(): Promise<LineEvents[]> {
    const read: LineEvents[] = [];
    try {
      this.isBehind = false;
      await this.#openAgain();
      for (const generation of this.#generations()) {
        if (await this.#readOn(generation, read)) generation.quietLooks = 0;
        else generation.quietLooks++;
      }
      await this.#letGo(read);
      this.failure = null;
      return read;
    } catch (error) {
      this.failure = reasonOf(error);
      if (!this.#isReported) this.problems.add('unreadable', '', reasonOf(error));
      this.#isReported = true;
      // What was read before the failure is given, for the positions count it.
      return [...new Set([...read, ...this.#generations().flatMap(({ lines }) => lines ?? [])])];
    }
  }

  /** The end of following: lines without an end, as far as they came. */
  finish(): LineEvents[] {
    const readers = this.#generations().map(({ lines }) => lines);
    const open = readers.filter((lines) => lines !== null);
    for (const lines of open) lines.finish();
    return open;
  }

  async close(): Promise<void> {
    for (const { handle } of this.#generations()) {
      await handle.close().catch(() => undefined);
    }
    this.#renamed = [];
    this.#current = null;
  }

  #generations(): Generation[] {
    return this.#current ? [...this.#renamed, this.#current] : this.#renamed;
  }

  #positionOf({ identity, epoch, start, markBytes, decoder, lines }: Generation): FilePosition | null {
    if (lines === null) return null;
    const place = lines.place;
    return {
      path: this.input.path,
      identity,
      epoch,
      // Decoded text has other offsets than the file: it is read from its beginning again, and gives the same ids.
      offset: decoder === null ? markBytes + place.offset : 0,
      lines: decoder === null ? place.lines : 0,
      time: place.time,
      start: startOf(start),
    };
  }

  /** Opens the path when it leads to another file than the one that is open; while it leads nowhere, the open one stays. */
  async #openAgain(): Promise<void> {
    const stats = await stat(this.input.path, { bigint: true }).catch(() => null);
    if (stats === null && this.#options.letsGoOfDeleted && this.#current) {
      if (this.#current.quietLooks < this.#options.quietLooks) return;
      this.#renamed.push(this.#current);
      this.#current = null;
    }
    if (!stats?.isFile() || this.#current?.identity === `${stats.dev}:${stats.ino}`) return;
    const handle = await open(this.input.path, 'r');
    const opened = await handle.stat({ bigint: true });
    const identity = `${opened.dev}:${opened.ino}`;
    if (this.#current) this.#renamed.push(this.#current);
    this.#identities.add(identity);
    this.#hasOpened = true;
    this.#isReported = false;
    const known = this.#options.recall(identity);
    this.#current = {
      handle,
      identity,
      epoch: known?.epoch ?? 0,
      offset: 0,
      start: Buffer.alloc(0),
      markBytes: 0,
      known,
      lines: null,
      decoder: null,
      quietLooks: 0,
    };
  }

  async #letGo(read: LineEvents[]): Promise<void> {
    const isQuiet = ({ quietLooks }: Generation): boolean => quietLooks >= this.#options.quietLooks;
    for (const generation of this.#renamed.filter(isQuiet)) {
      generation.lines?.finish();
      if (generation.lines) read.push(generation.lines);
      const position = this.#positionOf(generation);
      const isDeleted = (await generation.handle.stat().catch(() => null))?.nlink === 0;
      if (position) this.#lastPositions.push(isDeleted ? begunAnew(position) : position);
      await generation.handle.close().catch(() => undefined);
    }
    this.#renamed = this.#renamed.filter((generation) => !isQuiet(generation));
  }

  /** True when something was read. */
  async #readOn(generation: Generation, read: LineEvents[]): Promise<boolean> {
    const { size, mtimeMs } = await generation.handle.stat();
    if (size < generation.offset || (size > generation.offset && !(await this.#startsAsBefore(generation)))) {
      this.#beginAnew(generation, read);
    }
    if (size <= generation.offset) return false;
    if (!generation.lines && !(await this.#recognise(generation, { size, mtimeMs }))) return false;
    const end = Math.min(size, generation.offset + this.#options.lookBytes);
    const { lines } = generation;
    if (!lines || end <= generation.offset) return false;
    if (end < size) this.isBehind = true;
    lines.setReferenceTime(this.#reading.clock.now());
    while (generation.offset < end) {
      const chunk = await this.#readAt(
        generation,
        generation.offset,
        Math.min(this.#reading.limits.chunkBytes, end - generation.offset),
      );
      if (chunk.length === 0) break;
      generation.offset += chunk.length;
      this.#window.progress.readBytes += chunk.length;
      lines.push(generation.decoder ? Buffer.from(generation.decoder.decode(chunk, { stream: true })) : chunk);
    }
    read.push(lines);
    return true;
  }

  #beginAnew(generation: Generation, read: LineEvents[]): void {
    generation.lines?.finish();
    if (generation.lines) read.push(generation.lines);
    const position = this.#positionOf(generation);
    if (position) {
      this.truncations.push(position);
      if (this.truncations.length > TRUNCATIONS) this.truncations.shift();
    }
    generation.epoch++;
    Object.assign(generation, { offset: 0, start: Buffer.alloc(0), known: undefined, lines: null, decoder: null });
  }

  async #readAt({ handle }: Generation, position: number, bytes: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, position);
    return buffer.subarray(0, bytesRead);
  }

  async #startsAsBefore(generation: Generation): Promise<boolean> {
    const start = await this.#readAt(generation, 0, START_BYTES);
    const isSame = start.subarray(0, generation.start.length).equals(generation.start);
    if (isSame) generation.start = Buffer.from(start);
    return isSame;
  }

  /** Looks at the first bytes; false when this is nothing to follow. */
  async #recognise(generation: Generation, { size, mtimeMs }: { size: number; mtimeMs: number }): Promise<boolean> {
    const head = await this.#readAt(generation, 0, this.#reading.limits.headBytes);
    const { format } = this.#reading;
    this.isCompressed = compressionOf(head) !== null;
    if (this.isCompressed || format === 'cloud-logging' || (format === null && looksLikeCloudLogging(head))) {
      this.isStatic = true;
      return false;
    }
    const { encoding, markBytes } = encodingOf(head);
    const binary = encoding === 'utf-8' ? binaryReason(head) : null;
    if (binary !== null) {
      if (!this.#isReported) this.problems.add('binary', '', binary);
      this.#isReported = true;
      return false;
    }
    const { known } = generation;
    const isAsBefore = known !== undefined && known.offset <= size && hasStart(head, known.start);
    if (known !== undefined && !isAsBefore) generation.epoch++;
    const goesOn = isAsBefore && encoding === 'utf-8' && known.offset >= markBytes;
    generation.offset = goesOn ? known.offset : markBytes;
    generation.markBytes = markBytes;
    generation.start = Buffer.from(head.subarray(0, START_BYTES));
    generation.decoder = encoding === 'utf-8' ? null : new TextDecoder(encoding, { ignoreBOM: true });
    const { since, until } = this.#window;
    generation.lines = new LineEvents({
      name: this.input.path,
      // After a truncation the same words may stand at the same place, and are another event.
      identity: generation.epoch === 0 ? generation.identity : `${generation.identity}.${generation.epoch}`,
      ...(goesOn ? { from: { offset: known.offset - markBytes, lines: known.lines, time: known.time } } : {}),
      fallbackTime: mtimeMs,
      reading: this.#reading,
      since,
      until,
      problems: this.problems,
    });
    return true;
  }
}
