import type { CommitDetails, Repository, TouchedFile } from '../ports.ts';
import { findEnclosingFunction } from '../snippets/enclosing-function.ts';
import { withoutFormatting } from './formatting.ts';

/** What a commit did to one file. */
export interface FileChange {
  path: string;
  /** Lines that only the version before has, and only the one after; without their indentation. */
  removed: string[];
  added: string[];
  /** Functions that hold such a line. */
  functions: string[];
  /** Whether such a line stands outside every named function: constants, imports, fields. */
  isOutside: boolean;
  /** Only white space, comments, quotes or line breaks changed. */
  isFormatOnly: boolean;
}

/** Reads what commits changed, remembering what it read: issues share suspects. */
export interface ChangeReader {
  /** Null when the file is binary, too large or not to be compared. */
  read(commit: CommitDetails, file: TouchedFile): Promise<FileChange | null>;
}

/** Files read in one report at most; a bound, so that an odd history cannot make a report take minutes. */
const MOST_READS = 3_000;
const MOST_FUNCTIONS = 40;

export function createChangeReader(repository: Repository): ChangeReader {
  const known = new Map<string, Promise<FileChange | null>>();
  return {
    read(commit, file) {
      const key = `${commit.sha}\0${file.path}`;
      const found = known.get(key);
      if (found) return found;
      if (known.size >= MOST_READS) return Promise.resolve(null);
      const reading = readChange(repository, commit, file);
      known.set(key, reading);
      return reading;
    },
  };
}

async function readChange(
  repository: Repository,
  commit: CommitDetails,
  file: TouchedFile,
): Promise<FileChange | null> {
  const [parent] = commit.parents;
  const [before, after] = await Promise.all([
    parent === undefined ? null : repository.readFile(parent, file.previousPath ?? file.path),
    file.status === 'deleted' ? null : repository.readFile(commit.sha, file.path),
  ]);
  if (before?.includes(0) || after?.includes(0)) return null;
  return compare(file.path, before?.toString('utf8') ?? null, after?.toString('utf8') ?? null);
}

/** Compares two versions line by line, regardless of order: linear, and enough to know what was written and what was taken away. */
export function compare(path: string, before: string | null, after: string | null): FileChange {
  const old = (before ?? '').split('\n');
  const fresh = (after ?? '').split('\n');
  const removed = onlyIn(old, fresh);
  const added = onlyIn(fresh, old);
  const functions = new Set<string>();
  let isOutside = false;
  for (const [lines, changed] of [
    [old, removed],
    [fresh, added],
  ] as const) {
    for (const line of changed.slice(0, MOST_FUNCTIONS)) {
      const name = findEnclosingFunction(lines, line)?.name;
      if (name) functions.add(name);
      else if (!/^\s*(?:$|#|\/\/|\*|[)\]}]+[;,]?$)/.test(lines[line - 1] ?? '')) isOutside = true;
    }
  }
  const isFormatOnly =
    before !== null && after !== null && withoutFormatting(before, path) === withoutFormatting(after, path);
  const text = (lines: readonly string[], at: number) => (lines[at - 1] ?? '').trim();
  return {
    path,
    removed: removed.map((at) => text(old, at)),
    added: added.map((at) => text(fresh, at)),
    functions: [...functions],
    isOutside,
    isFormatOnly,
  };
}

/** Line numbers of the first text that the second does not have as often. */
function onlyIn(lines: readonly string[], others: readonly string[]): number[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  const numbers: number[] = [];
  for (const [index, line] of lines.entries()) {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    else if (line.trim() !== '') numbers.push(index + 1);
  }
  return numbers;
}
