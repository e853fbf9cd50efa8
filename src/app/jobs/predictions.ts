import type { Store } from '../../adapters/store/sql/index.ts';
import {
  historyOf,
  nextTicks,
  type Prediction,
  predictNext,
  type Run,
  type StoredJob,
  upstreamOf,
} from '../../core/jobs/index.ts';
import type { Clock } from '../../core/shared/index.ts';

/** Runs looked back on; the model itself forgets older ones. */
const HISTORY = 1_000;
const PAGE = 200;
/** One look is believed so long: a history changes with each run at most. */
const BELIEVED_MS = 30_000;

/** What the next run of a job is likely to do, from its own runs and those it depends on; computed when it is asked for. */
export function createPredictions({
  store,
  clock,
  timeZone,
}: {
  store: Pick<Store, 'jobs' | 'runs'>;
  clock: Clock;
  timeZone: string;
}) {
  const known = new Map<string, { at: number; predictions: Prediction[] }>();

  return async (jobId: string): Promise<Prediction[]> => {
    const now = clock.now();
    const believed = known.get(jobId);
    if (believed && now - believed.at < BELIEVED_MS) return believed.predictions;
    const stored = (await store.jobs.list()).find(({ job }) => job.id === jobId);
    const predictions = stored ? await predict(stored, now) : [];
    known.set(jobId, { at: now, predictions });
    return predictions;
  };

  async function predict({ job, firstSeenAt }: StoredJob, now: number): Promise<Prediction[]> {
    const history = historyOf(await runsOf([job.id]));
    const upstreamIds = job.trigger.kind === 'after' ? job.trigger.edges.map((edge) => edge.job) : [];
    const upstream = upstreamIds.length === 0 ? [] : upstreamOf(await runsOf(upstreamIds));
    const zone = job.trigger.kind === 'cron' ? job.trigger.timeZone : timeZone;
    const [forAt = now] = nextTicks(job.trigger, now, 1, { firstSeenAt });
    const context = { timeZone: zone, failWhen: job.failWhen, upstream };
    return (['failure', 'lateness'] as const).flatMap(
      (event) => predictNext({ event, history, context, jobId: job.id, forAt, madeAt: now }) ?? [],
    );
  }

  async function runsOf(jobIds: readonly string[]): Promise<Run[]> {
    const runs: Run[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Run[]; nextCursor: string | null } = await store.runs.list(
        { jobIds },
        { cursor, limit: PAGE },
      );
      runs.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null && runs.length < HISTORY);
    return runs;
  }
}
