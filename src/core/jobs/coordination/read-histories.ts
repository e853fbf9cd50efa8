import type { Job, StoredJob } from '../job.ts';
import type { RunReader } from '../ports.ts';
import { type EndedRun, endedRun } from './history.ts';
import type { JobHistory } from './rule.ts';

/** Newest runs of one job that are looked at: older ones weigh next to nothing by then. */
const MOST_RUNS = 5_000;
const PAGE = 200;
/** All that tried, whatever came of it; what was skipped never ran. */
const CARRIED_OUT = ['success', 'warning', 'error', 'timed_out', 'cancelled'] as const;

/** Of every job its ended runs, oldest first: failures, cancelled ones and those that took too long as well. */
export async function readHistories(
  reader: Pick<RunReader, 'list'>,
  jobs: readonly StoredJob[],
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<Map<string, EndedRun[]>> {
  const histories = new Map<string, EndedRun[]>();
  for (const { job } of jobs) {
    const runs: EndedRun[] = [];
    let cursor: string | null = null;
    do {
      if (signal.aborted) return histories;
      const filter = { jobIds: [job.id], statuses: CARRIED_OUT, to: now };
      const page: Awaited<ReturnType<RunReader['list']>> = await reader.list(filter, { cursor, limit: PAGE });
      for (const run of page.items) {
        const ended = endedRun(run);
        if (ended) runs.push(ended);
      }
      cursor = page.nextCursor;
    } while (cursor !== null && runs.length < MOST_RUNS);
    histories.set(
      job.id,
      runs.sort((a, b) => a.finishedAt - b.finishedAt),
    );
  }
  return histories;
}

/** What rules look at: jobs that the configuration declares and that Guardian carries out itself. */
export function historiesOf(
  jobs: readonly StoredJob[],
  runs: ReadonlyMap<string, EndedRun[]>,
  now: number,
): JobHistory[] {
  const sharing = new Map<string, EndedRun[]>();
  for (const [key, own] of Map.groupBy(jobs, ({ job }) => job.concurrency?.key ?? null)) {
    if (key === null) continue;
    const all = own.flatMap(({ job }) => runs.get(job.id) ?? []);
    sharing.set(
      key,
      all.sort((a, b) => a.readyAt - b.readyAt),
    );
  }
  return jobs
    .filter(({ job }) => isChangeable(job))
    .map(({ job }) => ({
      job,
      runs: runs.get(job.id) ?? [],
      sharing: job.concurrency === null ? [] : (sharing.get(job.concurrency.key) ?? []),
      now,
    }));
}

function isChangeable({ origin, work }: Job): boolean {
  return origin === 'configuration' && work.kind !== 'watched';
}
