import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from '../record.ts';

const NAME = 'dead-letters.ndjson';
const OLDER = 'dead-letters.1.ndjson';

export interface DeadLetter {
  entry: Entry;
  reason: string;
  sink: string;
  /** Epoch ms. */
  at: number;
}

/**
 * What the other side refuses for good, one JSON line each: `{at, sink, reason, id, level, record}`. Two files of half the bound: the older one goes
 * when the newer one is full. Shared by all processes of the folder: each line is one append.
 */
export class DeadLetters {
  readonly #folder: string;
  readonly #bytes: number;

  constructor(folder: string, bytes: number) {
    this.#folder = folder;
    this.#bytes = bytes;
  }

  /** Throws what the file system says. */
  add({ entry, reason, sink, at }: DeadLetter): void {
    const about = JSON.stringify({ at: new Date(at).toISOString(), sink, reason, id: entry.id, level: entry.level });
    const line = `${about.slice(0, -1)},"record":${entry.line}}\n`;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, NAME);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0 && size + line.length > this.#bytes / 2) renameSync(path, join(this.#folder, OLDER));
    appendFileSync(path, line, { mode: 0o600 });
  }
}
