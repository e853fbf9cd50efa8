import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadProblem } from '../../../core/events/index.ts';
import type { FileLimits } from './options.ts';
import { ProblemTally } from './problem-tally.ts';

/** One thing to read. */
export interface Input {
  /** As people named it, or found below a directory they named. `-` is standard input. */
  path: string;
  kind: 'file' | 'pipe' | 'standard-input';
  /** `device:inode` of a file, the same through every name and rename; null for pipes. */
  identity: string | null;
  /** Null for what has no end known. */
  bytes: number | null;
}

export interface Inputs {
  inputs: Input[];
  problems: ReadProblem[];
  /** Why a named path gives nothing, in order; empty when every one gives something. */
  failures: { path: string; reason: string }[];
}

/** `app.log`, `app.log.1.gz`, `app-2025-10-20.jsonl`, `access_log`, `syslog.1`, `catalina.out`. */
const LOG_NAME =
  /(?:\.(?:log|txt|json|ndjson|jsonl|out|err)|^(?:syslog|messages|secure|cron|maillog|debug|stdout|stderr|(?:[\w.-]{1,64}_)?(?:access|error)_log))(?:[.-]\d[\w-]{0,30}){0,4}(?:\.(?:gz|zst))?$/i;

export function looksLikeLogName(name: string): boolean {
  return name.length <= 255 && LOG_NAME.test(name);
}

/**
 * What the paths stand for: files, pipes, standard input, and the files of directories that are called as logs are. A file that several names lead to is
 * read once. What was left out is said.
 */
export async function listInputs(paths: readonly string[], limits: FileLimits): Promise<Inputs> {
  const found: Inputs = { inputs: [], problems: [], failures: [] };
  const known = new Set<string>();
  for (const path of paths) await addPath(path, { found, known, limits });
  return found;
}

interface Listing {
  found: Inputs;
  known: Set<string>;
  limits: FileLimits;
}

async function addPath(path: string, listing: Listing): Promise<void> {
  const { found } = listing;
  if (path === '-') {
    addInput({ path, kind: 'standard-input', identity: '-', bytes: null }, listing);
    return;
  }
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isDirectory()) {
      addInput(inputOf(path, stats), listing);
      return;
    }
    const before = found.inputs.length + found.problems.length;
    await addDirectory(path, listing);
    if (found.inputs.length + found.problems.length === before) found.failures.push({ path, reason: 'ENOLOGS' });
  } catch (error) {
    found.failures.push({ path, reason: reasonOf(error) });
    found.problems.push({ kind: 'unreadable', name: path, position: '', count: 1, detail: reasonOf(error) });
  }
}

function inputOf(path: string, stats: BigIntStats): Input {
  if (!stats.isFile()) return { path, kind: 'pipe', identity: null, bytes: null };
  return { path, kind: 'file', identity: `${stats.dev}:${stats.ino}`, bytes: Number(stats.size) };
}

function addInput(input: Input, { found, known }: Listing): void {
  if (input.identity !== null && known.has(input.identity)) {
    found.problems.push({
      kind: 'duplicate',
      name: input.path,
      position: '',
      count: 1,
      detail: 'the same file under another name',
    });
    return;
  }
  if (input.identity !== null) known.add(input.identity);
  found.inputs.push(input);
}

/** Files below the directory, by name; linked files are followed, linked directories are not. */
async function addDirectory(directory: string, listing: Listing): Promise<void> {
  const { limits, found } = listing;
  const problems = new ProblemTally(directory);
  const start = found.inputs.length;
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth === 0) problems.add('skipped-file', path, path);
        else
          await walk(path, depth - 1).catch((error: unknown) =>
            problems.add('unreadable', path, `${path}: ${reasonOf(error)}`),
          );
      } else if (!looksLikeLogName(entry.name) || found.inputs.length - start >= limits.directoryFiles) {
        problems.add('skipped-file', path, path);
      } else {
        await addLogFile(path, listing, problems);
      }
    }
  };
  await walk(directory, limits.directoryDepth);
  found.problems.push(...problems.take());
}

async function addLogFile(path: string, listing: Listing, problems: ProblemTally): Promise<void> {
  try {
    const stats = await stat(path, { bigint: true });
    if (stats.isFile()) addInput(inputOf(path, stats), listing);
    else problems.add('skipped-file', path, path);
  } catch (error) {
    problems.add('unreadable', path, `${path}: ${reasonOf(error)}`);
  }
}

/** `ENOENT`, `EACCES` …, else the message. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code ?? (error instanceof Error ? error.message : String(error));
}
