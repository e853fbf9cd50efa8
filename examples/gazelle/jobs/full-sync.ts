import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAll } from './read-upstream.ts';

interface Input {
  upstream: string;
  folder: string;
}

interface Context {
  signal: AbortSignal;
  log: { info(text: string): void };
}

const COLLECTIONS = ['clients', 'contacts', 'pianos', 'timeline', 'appointments'] as const;
/** So many rows that are gone at once are a fault of the source, not the truth. */
const BELIEVED_REMOVALS = 10;

/** Copies everything into the folder; each file is built aside and swapped in, so that readers never see half of one. Its counts are its stats. */
export async function fullSync({ upstream, folder }: Input, { signal, log }: Context) {
  mkdirSync(folder, { recursive: true });
  const counts: Record<string, number> = {};
  const steps: { name: string; status: 'success' | 'error'; required: true; error?: string }[] = [];
  for (const collection of COLLECTIONS) {
    const rows = await readAll<{ id: number }>(upstream, collection, signal);
    const gone = removedSince(folder, collection, rows);
    if (gone > BELIEVED_REMOVALS) {
      steps.push({ name: collection, status: 'error', required: true, error: `${gone} rows would be removed at once` });
      continue;
    }
    const file = join(folder, `${collection}.json`);
    writeFileSync(`${file}.new`, JSON.stringify(rows));
    renameSync(`${file}.new`, file);
    counts[collection] = rows.length;
    steps.push({ name: collection, status: 'success', required: true });
    log.info(`${collection}: ${rows.length}`);
  }
  return { ...counts, steps };
}

function removedSince(folder: string, collection: string, rows: readonly { id: number }[]): number {
  let before: { id: number }[];
  try {
    before = JSON.parse(readFileSync(join(folder, `${collection}.json`), 'utf8')) as { id: number }[];
  } catch {
    return 0;
  }
  const there = new Set(rows.map(({ id }) => id));
  return before.filter(({ id }) => !there.has(id)).length;
}
