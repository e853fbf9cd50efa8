import { glob, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReadProblem } from '../../../core/events/index.ts';
import { FollowedFile, type FollowOptions } from './followed-file.ts';
import { type Input, listInputs, reasonOf } from './list-inputs.ts';
import type { FileReading } from './options.ts';
import { readInput, type Window } from './read-input.ts';
import type { TailBatch, TailLimits } from './tail-options.ts';
import { type FilePosition, hasStart, START_BYTES } from './tail-position.ts';
import { findTruncated, headOf, isCopyName } from './truncated-files.ts';

export interface TailedFilesOptions {
  reading: FileReading;
  window: Window;
  limits: Pick<TailLimits, 'lookBytes' | 'quietLooks' | 'knownPositions'>;
  positions: readonly FilePosition[];
}

/** Problems that are remembered as told. */
const TOLD = 10_000;
const GLOB = /[*?[\]{}]/;

/** The files that are followed, and where every file that ever was stands. */
export class TailedFiles {
  readonly #reading: FileReading;
  readonly #window: Window;
  readonly #followOptions: FollowOptions;
  readonly #knownPositions: number;
  /** By identity, the one that moved last at the end. */
  readonly #positions = new Map<string, FilePosition>();
  /** Where files stood that an earlier process read: a copy of one that was truncated since goes on there. */
  readonly #former: readonly FilePosition[];
  /** Files without lines to follow, by identity: how large they were when they were looked at. */
  readonly #left = new Map<string, number>();
  readonly #told = new Set<string>();
  /** Why files that are read whole could not be, by path. */
  readonly #unreadStatic = new Map<string, string>();
  /** What the last scan could not see. */
  #unseen: ReadProblem | null = null;
  #files: FollowedFile[] = [];
  #problems: ReadProblem[] = [];
  #isFirstScan = true;

  constructor({ reading, window, limits, positions }: TailedFilesOptions) {
    this.#reading = reading;
    this.#window = window;
    this.#knownPositions = limits.knownPositions;
    this.#former = positions;
    for (const position of positions) this.#positions.set(position.identity, position);
    this.#followOptions = {
      lookBytes: limits.lookBytes,
      quietLooks: limits.quietLooks,
      letsGoOfDeleted: true,
      recall: (identity) => this.#positions.get(identity),
    };
  }

  open(): readonly FollowedFile[] {
    return this.#files;
  }

  /** Finds what is new, and lets go of what is gone. */
  async rescan(): Promise<void> {
    this.#files = this.#files.filter((file) => !file.isGone || this.#reading.paths.includes(file.input.path));
    const { paths, problems } = await this.#expand();
    const found = await listInputs(paths, this.#reading.limits);
    this.#unseen = [...problems, ...found.problems].find(({ kind }) => kind === 'unreadable') ?? null;
    // They are looked at again now.
    this.#unreadStatic.clear();
    this.#tellOnce([...problems, ...found.problems]);
    for (const input of found.inputs) await this.#add(input);
    if (this.#isFirstScan) await this.#findRenamed();
    this.#isFirstScan = false;
  }

  /** What is new in one file. The position stands in the last batch of its events. */
  async *look(file: FollowedFile): AsyncGenerator<TailBatch> {
    const parts = await file.poll();
    const events = parts.flatMap((lines) => lines.take());
    this.#tell(file.problems.take());
    const positions = file.takePositions().filter((position) => this.#remember(position));
    const { batchEvents } = this.#reading.limits;
    for (let at = 0; at < events.length || (at === 0 && positions.length > 0); at += batchEvents) {
      const isLast = at + batchEvents >= events.length;
      yield this.#batchOf(events.slice(at, at + batchEvents), isLast ? positions : []);
    }
    if (file.isStatic) yield* this.#readStatic(file);
  }

  takeProblems(): ReadProblem[] {
    return this.#problems.splice(0);
  }

  /** Why one of the files cannot be read now; null: all can. */
  unreadable(): string | null {
    const failing = this.#files.find(({ failure }) => failure !== null);
    return this.#unseen?.detail ?? failing?.failure ?? this.#unreadStatic.values().next().value ?? null;
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }

  async #expand(): Promise<{ paths: string[]; problems: ReadProblem[] }> {
    const paths: string[] = [];
    const problems: ReadProblem[] = [];
    for (const path of this.#reading.paths) {
      if (!GLOB.test(path) || (await stat(path).catch(() => null)) !== null) {
        paths.push(path);
        continue;
      }
      try {
        const found: string[] = [];
        for await (const match of glob(path)) {
          if (found.length >= this.#reading.limits.directoryFiles) break;
          found.push(match);
        }
        if (found.length === 0) problems.push(problemOf('unreadable', path, 'ENOENT'));
        paths.push(...found.sort());
      } catch (error) {
        problems.push(problemOf('unreadable', path, reasonOf(error)));
      }
    }
    return { paths, problems };
  }

  async #add(input: Input): Promise<void> {
    const { identity } = input;
    if (input.kind !== 'file' || identity === null) {
      this.#tellOnce([problemOf('skipped-file', input.path, 'only files are followed')]);
      return;
    }
    if (this.#files.some((file) => file.input.path === input.path || file.isOpen(identity))) return;
    if (this.#left.get(identity) === input.bytes) return;
    const known = this.#positions.get(identity);
    // Read to its end, and found again by its inode under whatever name it grows; but a named file can be renamed out of sight.
    if (known?.offset === input.bytes && !this.#reading.paths.includes(input.path)) return;
    if (known === undefined && !(await this.#mayFollowNew(input, identity))) return;
    this.#files.push(new FollowedFile(input, this.#reading, this.#window, this.#followOptions));
  }

  /**
   * Rotation by copy and truncate: the copy holds what was read already, and what was written between the last look and the truncation. Before the
   * truncation a copy waits; after it, it is read on from where the file stood. False: not now.
   */
  async #mayFollowNew(input: Input, identity: string): Promise<boolean> {
    const siblings = this.#files.filter((file) => isCopyName(input.path, file.input.path));
    const former = this.#former.filter(({ path }) => isCopyName(input.path, path));
    if (siblings.length === 0 && former.length === 0) return true;
    const head = await headOf(input.path);
    const bytes = input.bytes ?? 0;
    if (head === null) return true;
    const isCopyOf = ({ start, offset }: FilePosition): boolean =>
      offset <= bytes && (start.bytes === START_BYTES || start.bytes === bytes) && hasStart(head, start);
    const stood =
      siblings.flatMap((file) => file.truncations).findLast(isCopyOf) ?? (await findTruncated(former.filter(isCopyOf)));
    if (stood) {
      this.#positions.set(identity, { ...stood, path: input.path, identity, epoch: 0 });
      return true;
    }
    const original = siblings.flatMap((file) => file.positions()).find(isCopyOf);
    if (original === undefined) return true;
    this.#tellOnce([problemOf('duplicate', input.path, `a copy of ${original.path}`)]);
    return false;
  }

  /** Files that an earlier process read and that were renamed since: by their inodes, in the folders they were in. */
  async #findRenamed(): Promise<void> {
    const missing = new Map<string, FilePosition[]>();
    for (const position of this.#former) {
      if (this.#files.some((file) => file.isOpen(position.identity))) continue;
      const folder = dirname(position.path);
      missing.set(folder, [...(missing.get(folder) ?? []), position]);
    }
    for (const [folder, positions] of missing) {
      const byIdentity = new Map(positions.map((position) => [position.identity, position]));
      const names = await readdir(folder).catch(() => []);
      for (const name of names.slice(0, this.#reading.limits.directoryFiles)) {
        const path = join(folder, name);
        const stats = await stat(path, { bigint: true }).catch(() => null);
        const identity = stats?.isFile() ? `${stats.dev}:${stats.ino}` : '';
        const position = byIdentity.get(identity);
        if (!stats || position === undefined || BigInt(position.offset) === stats.size) continue;
        await this.#add({ path, kind: 'file', identity, bytes: Number(stats.size) });
      }
    }
  }

  /** Exports of Cloud Logging are read whole, and again when they have changed; their entries have ids of their own. */
  async *#readStatic(file: FollowedFile): AsyncGenerator<TailBatch> {
    const { input } = file;
    this.#files = this.#files.filter((other) => other !== file);
    await file.close();
    const stats = await stat(input.path, { bigint: true }).catch(() => null);
    if (stats === null) return;
    const identity = `${stats.dev}:${stats.ino}`;
    const bytes = Number(stats.size);
    this.#left.set(identity, bytes);
    if (file.isCompressed) {
      this.#tellOnce([problemOf('skipped-file', input.path, 'compressed files are not followed')]);
      return;
    }
    if (this.#positions.get(identity)?.offset === bytes) return;
    try {
      for await (const { events, problems } of readInput(input, this.#reading, this.#window)) {
        this.#tell(problems);
        if (events.length > 0) yield this.#batchOf(events, []);
      }
    } catch (error) {
      this.#left.delete(identity);
      this.#unreadStatic.set(input.path, reasonOf(error));
      this.#tellOnce([problemOf('unreadable', input.path, reasonOf(error))]);
      return;
    }
    if (this.#window.signal?.aborted) return;
    const position = {
      path: input.path,
      identity,
      epoch: 0,
      offset: bytes,
      lines: 0,
      time: 0,
      start: { bytes: 0, hash: '' },
    };
    this.#remember(position);
    yield this.#batchOf([], [position]);
  }

  #batchOf(events: TailBatch['events'], positions: FilePosition[]): TailBatch {
    return { events, positions, problems: this.takeProblems(), unreadable: this.unreadable() };
  }

  /** True when the file moved on. */
  #remember(position: FilePosition): boolean {
    const known = this.#positions.get(position.identity);
    const hasMoved =
      known === undefined ||
      known.offset !== position.offset ||
      known.epoch !== position.epoch ||
      known.path !== position.path ||
      known.start.hash !== position.start.hash;
    if (!hasMoved) return false;
    this.#positions.delete(position.identity);
    this.#positions.set(position.identity, position);
    if (this.#positions.size > this.#knownPositions) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    for (const identity of this.#positions.keys()) {
      if (this.#files.some((file) => file.isOpen(identity))) continue;
      this.#positions.delete(identity);
      return;
    }
  }

  #tell(problems: readonly ReadProblem[]): void {
    this.#problems.push(...problems);
  }

  /** What every scan finds again. */
  #tellOnce(problems: readonly ReadProblem[]): void {
    for (const problem of problems) {
      const key = `${problem.kind}\n${problem.name}\n${problem.detail}`;
      if (this.#told.has(key)) continue;
      if (this.#told.size >= TOLD) this.#told.clear();
      this.#told.add(key);
      this.#problems.push(problem);
    }
  }
}

function problemOf(kind: ReadProblem['kind'], name: string, detail: string): ReadProblem {
  return { kind, name, position: '', count: 1, detail };
}
