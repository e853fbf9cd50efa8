import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { drainExecSpool } from '../adapters/executors/exec/index.ts';
import type { ProjectStore } from '../core/access/index.ts';
import { type Clock, GuardianError } from '../core/shared/index.ts';
import { type ExecRecording, recordExec } from '../server/ingest/ping/exec-route.ts';

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
  const [all, keys] = await Promise.all([projects.list(), projects.keys(null)]);
  const projectOfKey = new Map(keys.map(({ key, projectId }) => [hashOf(key), projectId]));
  return drainExecSpool({
    folder: join(folder, 'exec'),
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
