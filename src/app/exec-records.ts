import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectStore } from '../core/access/index.ts';
import { type Clock, GuardianError } from '../core/shared/index.ts';
import { type ExecRecording, recordExec } from '../server/ingest/ping/record-exec.ts';

export interface ExecRecordsOptions extends ExecRecording {
  projects: ProjectStore;
  /** The data folder. */
  folder: string;
  clock: Clock;
}

/**
 * Takes over what `guardian exec` left in the data folder while the server was away: for the start, and now and then. A record goes to the project whose
 * key its command was given, else to the one that was named, else to the first. Gives how many it was; rejects where the folder cannot be read.
 */
export async function takeExecRecords({ projects, folder, clock, ...recording }: ExecRecordsOptions): Promise<number> {
  const spool = join(folder, 'exec');
  // Mostly nothing is there, and what would read it is not loaded. Why a folder cannot be read, whoever reads it tells.
  const names = await readdir(spool).catch(({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' ? [] : [code]));
  if (names.length === 0) return 0;
  const { drainExecSpool } = await import('../adapters/executors/exec/index.ts');
  const [all, keys] = await Promise.all([projects.list(), projects.keys(null)]);
  const projectOfKey = new Map(keys.map(({ key, projectId }) => [hashOf(key), projectId]));
  return drainExecSpool({
    folder: spool,
    clock,
    async take(request, { keyHash, project }) {
      const named = all.find(({ slug, id }) => slug === project || String(id) === project)?.id;
      const projectId = projectOfKey.get(keyHash ?? '') ?? named ?? all[0]?.id;
      if (projectId === undefined) throw new GuardianError('not_found', { path: project ?? 'default' });
      await recordExec(recording, request, projectId);
    },
  });
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
