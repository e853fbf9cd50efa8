import { constants } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_FACTS, type RunFacts, readFactsText } from '../../../core/jobs/index.ts';

/** Record errors may be many, and only their first hundred are kept: the file may be larger than the stats may. */
const LONGEST_FILE = 1024 * 1024;

/** A folder of a run's own, for nobody else to read. */
export interface Scratch {
  folder: string;
  /** For `GUARDIAN_STATS_FILE`: where a command leaves its stats as one JSON object. Not there until somebody writes it. */
  statsFile: string;
  readStats(): Promise<RunFacts>;
  remove(): Promise<void>;
}

export async function makeScratch(within: string): Promise<Scratch> {
  const folder = await mkdtemp(join(within, 'guardian-run-'));
  const statsFile = join(folder, 'stats.json');
  return {
    folder,
    statsFile,
    readStats: () => readStatsFile(statsFile),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readStatsFile(path: string): Promise<RunFacts> {
  try {
    // Without waiting: a command may have made anything of this name.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = await file.stat();
      if (size > LONGEST_FILE) return { ...NO_FACTS, problem: { kind: 'too_large', bytes: size } };
      const bytes = Buffer.alloc(size);
      const { bytesRead } = await file.read(bytes, 0, size, 0);
      const text = bytes.toString('utf8', 0, bytesRead);
      return text.trim() === '' ? NO_FACTS : readFactsText(text);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? NO_FACTS : { ...NO_FACTS, problem: { kind: 'unreadable', reason: message } };
  }
}
