import type { RunFilter, RunReader } from '../ports.ts';
import type { Run } from '../run.ts';

const PAGE = 1_000;
/** More than the slots of many nodes and the queues of many jobs. */
const MOST = 50_000;

/** All runs that have not ended; of these jobs, where they are named. */
export async function openRuns(
  reader: Pick<RunReader, 'list'>,
  statuses: RunFilter['statuses'] = ['queued', 'running'],
  jobIds?: readonly string[],
): Promise<Run[]> {
  const found: Run[] = [];
  let cursor: string | null = null;
  do {
    const page = await reader.list({ statuses, ...(jobIds && { jobIds }) }, { cursor, limit: PAGE });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < MOST);
  return found;
}
