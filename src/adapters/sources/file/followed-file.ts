import { open, stat } from 'node:fs/promises';
import { FollowedHandle, type FollowedPath } from './followed-handle.ts';
import type { LineEvents } from './line-events.ts';
import { type Input, reasonOf } from './list-inputs.ts';
import type { FileReading } from './options.ts';
import { ProblemTally } from './problem-tally.ts';
import type { Window } from './read-input.ts';
import type { FilePosition } from './tail-position.ts';

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
  readonly #path: FollowedPath;
  #current: FollowedHandle | null = null;
  #renamed: FollowedHandle[] = [];
  readonly #identities = new Set<string>();
  /** What keeps it from being read was told. */
  #isReported = false;

  constructor(input: Input, reading: FileReading, window: Window, options: FollowOptions = FOLLOW) {
    this.input = input;
    this.problems = new ProblemTally(input.path);
    this.#options = options;
    this.#path = {
      ...{ path: input.path, reading, window, lookBytes: options.lookBytes, problems: this.problems },
      onUnfit: (reason) => this.#tell('binary', reason),
      onStatic: (isCompressed) => {
        this.isStatic = true;
        this.isCompressed = isCompressed;
      },
      onTruncated: (position) => {
        this.truncations.push(position);
        if (this.truncations.length > TRUNCATIONS) this.truncations.shift();
      },
    };
    if (input.identity !== null) this.#identities.add(input.identity);
  }

  /** Whether that file was read under this path. */
  hasRead(identity: string): boolean {
    return this.#identities.has(identity);
  }

  /** Whether that file is open here, or will be with the first look. */
  isOpen(identity: string): boolean {
    if (!this.#hasOpened) return this.input.identity === identity;
    return this.#handles().some((handle) => handle.identity === identity);
  }

  /** Nothing is open any more: the path leads nowhere. */
  get isGone(): boolean {
    return this.#hasOpened && this.#handles().length === 0;
  }

  /** Where each file stands, those let go since the last call first. To be read before the next look. */
  takePositions(): FilePosition[] {
    return [...this.#lastPositions.splice(0), ...this.positions()];
  }

  /** Where the open files stand. */
  positions(): FilePosition[] {
    return this.#handles()
      .map((handle) => handle.position())
      .filter((position) => position !== null);
  }

  /** Reads what is new; the readers that may have events. Never throws: what fails is a problem, and tried again. */
  async poll(): Promise<LineEvents[]> {
    const read: LineEvents[] = [];
    try {
      this.isBehind = false;
      await this.#openAgain();
      for (const handle of this.#handles()) if (await handle.look(read)) this.isBehind = true;
      await this.#letGo(read);
      this.failure = null;
      return read;
    } catch (error) {
      this.failure = reasonOf(error);
      this.#tell('unreadable', reasonOf(error));
      // What was read before the failure is given, for the positions count it.
      return [...new Set([...read, ...this.#handles().flatMap(({ lines }) => lines ?? [])])];
    }
  }

  /** The end of following: lines without an end, as far as they came. */
  finish(): LineEvents[] {
    return this.#handles().flatMap((handle) => handle.finish());
  }

  async close(): Promise<void> {
    for (const handle of this.#handles()) await handle.close();
    this.#renamed = [];
    this.#current = null;
  }

  #handles(): FollowedHandle[] {
    return this.#current ? [...this.#renamed, this.#current] : this.#renamed;
  }

  #tell(kind: 'unreadable' | 'binary', reason: string): void {
    if (!this.#isReported) this.problems.add(kind, '', reason);
    this.#isReported = true;
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
    this.#current = new FollowedHandle(handle, this.#path, { identity, known: this.#options.recall(identity) });
  }

  async #letGo(read: LineEvents[]): Promise<void> {
    const isQuiet = ({ quietLooks }: FollowedHandle): boolean => quietLooks >= this.#options.quietLooks;
    for (const handle of this.#renamed.filter(isQuiet)) {
      read.push(...handle.finish());
      const position = await handle.lastPosition();
      if (position) this.#lastPositions.push(position);
      await handle.close();
    }
    this.#renamed = this.#renamed.filter((handle) => !isQuiet(handle));
  }
}
