import type { Job, StoredJob } from '../job.ts';
import type { RunReader } from '../ports.ts';
import type { Run, TerminalStatus } from '../run.ts';
import { nextTick } from '../schedule/index.ts';
import { historyOf, type PredictionContext, upstreamOf } from './history.ts';
import { judgePredictions } from './judge.ts';
import { predictNext } from './predict.ts';
import type { Prediction } from './prediction.ts';

/** Rows of predictions. */
export interface PredictionStore {
  /** Adds them; one of the same (jobId, event, forAt) is replaced as long as it is not judged. */
  keep(predictions: readonly Prediction[]): Promise<void>;
  /** Those of the job that are not judged yet. */
  open(jobId: string): Promise<Prediction[]>;
  /** Of the job, newest first by `madeAt`. */
  list(jobId: string, limit: number): Promise<Prediction[]>;
  /** Those made before, judged or not; gives how many went. */
  forget(request: { before: number; limit: number }): Promise<number>;
}

export interface ForetellRequest {
  jobId: string;
  /** All jobs that are declared: for those it runs after. */
  jobs: ReadonlyMap<string, StoredJob>;
  runs: Pick<RunReader, 'list'>;
  store: Pick<PredictionStore, 'keep' | 'open'>;
  /** Of jobs that have no zone of their own. */
  timeZone: string;
  at: number;
}

const DID_WORK: readonly TerminalStatus[] = ['success', 'warning', 'error', 'timed_out'];
const MOST_RUNS = 1_000;
const MOST_UPSTREAM_RUNS = 200;
const PAGE = 250;
/** Longer chains of `after` than these are not looked through for the tick at their root. */
const LONGEST_CHAIN = 50;

/**
 * One round for a job whose runs went on: judges its open predictions by what came, and makes those of its next run (failure; lateness where it
 * has deadlines), all of it kept. A job that only people start has no next run: nothing is made. Reads the newest 1,000 runs, so that a round
 * every minute for jobs with new runs does, rather than one per run.
 */
export async function foretell(request: ForetellRequest): Promise<{ judged: Prediction[]; made: Prediction[] }> {
  const { jobId, jobs, runs, store, at } = request;
  const stored = jobs.get(jobId);
  const open = await store.open(jobId);
  const newest = stored || open.length > 0 ? await newestRuns(runs, [jobId], MOST_RUNS) : [];
  const judged = judgePredictions(open, newest, at);
  const forAt = stored && !stored.removedAt ? nextTickOf(stored, jobs, at) : null;
  const made: Prediction[] = [];
  if (stored && forAt !== null) {
    const history = historyOf(newest);
    const context = await contextOf(stored.job, request);
    for (const event of ['failure', 'lateness'] as const) {
      const prediction = predictNext({ jobId, event, history, context, forAt, madeAt: at });
      if (prediction) made.push(prediction);
    }
  }
  await store.keep([...judged, ...made]);
  return { judged, made };
}

async function contextOf(job: Job, { runs, timeZone }: ForetellRequest): Promise<PredictionContext> {
  const upstream = job.trigger.kind === 'after' ? job.trigger.edges.map((edge) => edge.job) : [];
  return {
    timeZone: job.trigger.kind === 'cron' ? job.trigger.timeZone : timeZone,
    failWhen: job.failWhen,
    upstream: upstream.length === 0 ? [] : upstreamOf(await newestRuns(runs, upstream, MOST_UPSTREAM_RUNS)),
  };
}

/** Of a job that runs after others, the next tick at the root of its chain. Null: nothing but people starts it. */
function nextTickOf(stored: StoredJob, jobs: ReadonlyMap<string, StoredJob>, at: number): number | null {
  const seen = new Set<string>();
  let layer = [stored];
  for (let depth = 0; depth < LONGEST_CHAIN && layer.length > 0; depth++) {
    const ticks = layer.flatMap(({ job, firstSeenAt }) => nextTick(job.trigger, at, { firstSeenAt }) ?? []);
    if (ticks.length > 0) return Math.min(...ticks);
    const above = layer.flatMap(({ job }) => (job.trigger.kind === 'after' ? job.trigger.edges : []));
    layer = above.flatMap((edge) => {
      if (seen.has(edge.job)) return [];
      seen.add(edge.job);
      return jobs.get(edge.job) ?? [];
    });
  }
  return null;
}

async function newestRuns(runs: Pick<RunReader, 'list'>, jobIds: readonly string[], most: number): Promise<Run[]> {
  const found: Run[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<RunReader['list']>> = await runs.list(
      { jobIds, statuses: DID_WORK },
      { cursor, limit: Math.min(PAGE, most - found.length) },
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < most);
  return found;
}
