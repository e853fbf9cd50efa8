import { type FileHandle, open, stat } from 'node:fs/promises';
import { looksLikeCloudLogging } from '../cloud-logging/index.ts';
import { LineEvents } from './line-events.ts';
import { type Input, reasonOf } from './list-inputs.ts';
import type { FileReading } from './options.ts';
import { ProblemTally } from './problem-tally.ts';
import type { Window } from './read-input.ts';
import { binaryReason, compressionOf, encodingOf } from './recognise-content.ts';

/** Looks without anything new before a renamed file is let go: its writer may not have noticed yet. */
const QUIET_LOOKS = 8;
/** First bytes by which a file that was truncated and grew past the old place at once is told from one that only grew. */
const START_BYTES = 64;
/** Bytes read in one look at one file, so that a fast writer does not starve the others. */
const LOOK_BYTES = 64 * 1024 * 1024;

/** One open file: where it was read to, and what reads it. */
interface Generation {
  handle: FileHandle;
  identity: string;
  offset: number;
  start: Buffer;
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
  readonly #reading: FileReading;
  readonly #window: Window;
  #current: Generation | null = null;
  #renamed: Generation[] = [];
  readonly #identities = new Set<string>();
  #isReported = false;

  constructor(input: Input, reading: FileReading, window: Window) {
    this.input = input;
    this.problems = new ProblemTally(input.path);
    this.#reading = reading;
    this.#window = window;
    if (input.identity !== null) this.#identities.add(input.identity);
  }

  /** Whether that file was read under this path. */
  hasRead(identity: string): boolean {
    return this.#identities.has(identity);
  }

  /** Reads what is new; the readers that may have events. Never throws: what fails is a problem, and tried again. */
  async poll(): Promise<LineEvents[]> {
    try {
      const read: LineEvents[] = [];
      await this.#openAgain();
      for (const generation of [...this.#renamed, ...(this.#current ? [this.#current] : [])]) {
        if (await this.#readOn(generation, read)) generation.quietLooks = 0;
        else generation.quietLooks++;
      }
      await this.#letGo(read);
      return read;
    } catch (error) {
      if (!this.#isReported) this.problems.add('unreadable', '', reasonOf(error));
      this.#isReported = true;
      return [];
    }
  }

  /** The end of following: lines without an end, as far as they came. */
  finish(): LineEvents[] {
    const readers = [...this.#renamed, ...(this.#current ? [this.#current] : [])].map(({ lines }) => lines);
    const open = readers.filter((lines) => lines !== null);
    for (const lines of open) lines.finish();
    return open;
  }

  async close(): Promise<void> {
    for (const { handle } of [...this.#renamed, ...(this.#current ? [this.#current] : [])]) {
      await handle.close().catch(() => undefined);
    }
    this.#renamed = [];
    this.#current = null;
  }

  /** Opens the path when it leads to another file than the one that is open; while it leads nowhere, the open one stays. */
  async #openAgain(): Promise<void> {
    const stats = await stat(this.input.path, { bigint: true }).catch(() => null);
    if (!stats?.isFile() || this.#current?.identity === `${stats.dev}:${stats.ino}`) return;
    const handle = await open(this.input.path, 'r');
    const opened = await handle.stat({ bigint: true });
    const identity = `${opened.dev}:${opened.ino}`;
    if (this.#current) this.#renamed.push(this.#current);
    this.#identities.add(identity);
    this.#current = { handle, identity, offset: 0, start: Buffer.alloc(0), lines: null, decoder: null, quietLooks: 0 };
  }

  async #letGo(read: LineEvents[]): Promise<void> {
    for (const generation of this.#renamed.filter(({ quietLooks }) => quietLooks >= QUIET_LOOKS)) {
      generation.lines?.finish();
      if (generation.lines) read.push(generation.lines);
      await generation.handle.close().catch(() => undefined);
    }
    this.#renamed = this.#renamed.filter(({ quietLooks }) => quietLooks < QUIET_LOOKS);
  }

  /** True when something was read. */
  async #readOn(generation: Generation, read: LineEvents[]): Promise<boolean> {
    const { size, mtimeMs } = await generation.handle.stat();
    if (size < generation.offset || (size > generation.offset && !(await this.#startsAsBefore(generation)))) {
      generation.lines?.finish();
      if (generation.lines) read.push(generation.lines);
      Object.assign(generation, { offset: 0, start: Buffer.alloc(0), lines: null, decoder: null });
    }
    const end = Math.min(size, generation.offset + LOOK_BYTES);
    if (end <= generation.offset) return false;
    if (!generation.lines && !(await this.#recognise(generation, mtimeMs))) return false;
    const { lines } = generation;
    if (!lines) return false;
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
  async #recognise(generation: Generation, mtimeMs: number): Promise<boolean> {
    const head = await this.#readAt(generation, 0, this.#reading.limits.headBytes);
    const { format } = this.#reading;
    if (
      compressionOf(head) !== null ||
      format === 'cloud-logging' ||
      (format === null && looksLikeCloudLogging(head))
    ) {
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
    generation.offset = markBytes;
    generation.start = Buffer.from(head.subarray(0, START_BYTES));
    generation.decoder = encoding === 'utf-8' ? null : new TextDecoder(encoding, { ignoreBOM: true });
    const { since, until } = this.#window;
    generation.lines = new LineEvents({
      name: this.input.path,
      identity: generation.identity,
      fallbackTime: mtimeMs,
      reading: this.#reading,
      since,
      until,
      problems: this.problems,
    });
    return true;
  }
}
