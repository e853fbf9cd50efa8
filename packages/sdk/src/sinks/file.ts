import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from '../record.ts';
import { tidyArchives } from './file-archive.ts';
import { LogFile } from './log-file.ts';
import type { Sink } from './sink.ts';

export interface FileSinkOptions {
  /** Holds a folder for each category: `errors/errors.log`, its archives beside it. */
  folder: string;
  /** A file is closed before it is larger; 50 MiB. */
  maxBytes?: number;
  /** The newest archives of a category that stay however old they are; 10. */
  archives?: number;
  /** Days for which everything stays, by category; 30, errors 90, audit 365. */
  days?: Partial<Record<string, number>> & { default?: number };
  /** Epoch ms; the machine's clock by default. */
  now?: () => number;
  /** As counters name it; `file` by default. */
  name?: string;
}

const MAX_BYTES = 50 * 1024 * 1024;
const ARCHIVES = 10;
const DAYS = { default: 30, errors: 90, audit: 365 } as const;
/** Of records without a category. */
const NO_CATEGORY = 'system';
/** Names from outside become folders: more than that of them is a mistake, and goes to the common one. */
const MOST_CATEGORIES = 32;
const CATEGORY = /^[a-z][a-z0-9-]{0,31}$/;
const TIDY_EVERY_MS = 60_000;
const ATTRIBUTES_START = '"attributes":{';
const CATEGORY_START = `${ATTRIBUTES_START}"category":"`;

/**
 * JSON lines, a folder for each category. Rotates at 50 MiB and with the day (UTC); closed files are packed in the background, once nobody writes to
 * them. An archive goes when it is older than its category's days and not among the ten newest.
 */
export function fileSink({
  folder,
  maxBytes = MAX_BYTES,
  archives = ARCHIVES,
  days = {},
  now = Date.now,
  name = 'file',
}: FileSinkOptions): Sink {
  const files = new Map<string, LogFile>();
  const known = { ...DAYS, ...days };
  let last: Promise<unknown> = Promise.resolve();
  let tidying: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let regular: NodeJS.Timeout | null = null;

  // Whatever stands there, this process's or an earlier one's.
  const tidy = async () => {
    const kept = await readdir(folder).catch(() => []);
    for (const category of kept.filter((one) => CATEGORY.test(one))) {
      const bounds = { archives, days: (known as Record<string, number>)[category] ?? known.default };
      await tidyArchives(join(folder, category), bounds, now()).catch(() => undefined);
    }
  };
  const tidySoon = () => {
    timer ??= setTimeout(() => {
      timer = null;
      tidying = tidy().finally(() => {
        tidying = null;
      });
    }, TIDY_DELAY_MS).unref();
  };
  const fileOf = (category: string): LogFile => {
    const kept = files.has(category) || files.size < MOST_CATEGORIES ? category : NO_CATEGORY;
    const file =
      files.get(kept) ??
      new LogFile({ folder: join(folder, kept), category: kept, maxBytes, now, onRotated: tidySoon });
    if (!files.has(kept)) tidySoon();
    files.set(kept, file);
    return file;
  };
  const write = async (batch: readonly Entry[]): Promise<(Error | null)[]> => {
    const outcomes: (Error | null)[] = batch.map(() => null);
    for (const [category, places] of byCategory(batch)) {
      const lines = places.map((place) => `${batch[place]!.line}\n`).join('');
      const error = await fileOf(category)
        .append(lines)
        .then(() => null, asError);
      for (const place of places) outcomes[place] = error;
    }
    return outcomes;
  };

  return {
    name,
    isLocal: true,
    async send(batch) {
      regular ??= setInterval(tidySoon, TIDY_EVERY_MS).unref();
      const startedAt = performance.now();
      // One after the other: two writers of one process would not see each other's rotation.
      const turn = last.then(() => write(batch));
      last = turn.catch(() => undefined);
      const errors = await turn;
      const first = errors.find((error) => error !== null);
      if (first && errors.every((error) => error !== null)) {
        return { kind: 'retry', reason: first.message, retryAfterMs: null, isOverloaded: false };
      }
      const outcomes = errors.map((error) =>
        error ? ({ kind: 'retry', reason: error.message } as const) : ({ kind: 'sent' } as const),
      );
      return { kind: 'answered', outcomes, roundTripMs: performance.now() - startedAt };
    },
    async close() {
      if (regular) clearInterval(regular);
      if (timer) clearTimeout(timer);
      regular = null;
      timer = null;
      await last;
      await (tidying ?? tidy());
      for (const file of files.values()) await file.close();
    },
  };
}

/** Longer than what a packed file must have rested. */
const TIDY_DELAY_MS = 2_500;

function byCategory(batch: readonly Entry[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  batch.forEach((entry, place) => {
    const category = categoryOf(entry);
    const known = places.get(category);
    if (known) known.push(place);
    else places.set(category, [place]);
  });
  return places;
}

/** Audit entries have a folder of their own, whatever their fields say. */
function categoryOf({ line, level }: Entry): string {
  if (level === 'audit') return 'audit';
  const at = line.indexOf(ATTRIBUTES_START);
  let category: unknown;
  // The usual place; where it could be somebody's own field, the line is read.
  if (line.startsWith(CATEGORY_START, at) && line.indexOf(ATTRIBUTES_START, at + 1) < 0) {
    const start = at + CATEGORY_START.length;
    category = line.slice(start, line.indexOf('"', start));
  } else category = readCategory(line);
  return typeof category === 'string' && CATEGORY.test(category) ? category : NO_CATEGORY;
}

function readCategory(line: string): unknown {
  if (!line.includes('"category"')) return undefined;
  try {
    return (JSON.parse(line) as { attributes?: { category?: unknown } }).attributes?.category;
  } catch {
    return undefined;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
