import type { Store } from '../../adapters/store/sql/index.ts';
import type { Alerts } from '../../core/alerts/index.ts';
import { foretell, type Job, type Prediction, type StoredJob } from '../../core/jobs/index.ts';
import { type Clock, type GuardianError, type Messages, sayingsOf, toGuardianError } from '../../core/shared/index.ts';

export interface ForetellingOptions {
  store: Pick<Store, 'jobs' | 'runs' | 'predictions'>;
  alerts: Pick<Alerts, 'postAlert'>;
  /** What is likely is told only where somebody asked for it. */
  raisesAlerts: boolean;
  timeZone: string;
  messages: Messages;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

/** Jobs one round looks at; the others come in the next. */
const JOBS_OF_A_ROUND = 50;

/**
 * Judges what was foretold of jobs that ran since the last look, and foretells their next runs: the jobs that waited longest first. One that fails is told,
 * and has its turn again behind all others.
 */
export function createForetelling(options: ForetellingOptions) {
  const { store, timeZone, clock } = options;
  const looks = new Map<string, { runId: string | null; round: number }>();
  let round = 0;

  return async (signal: AbortSignal): Promise<void> => {
    const stored = await store.jobs.list();
    const jobs = new Map(stored.map((one) => [one.job.id, one]));
    const lasts = await store.runs.lastOf([...jobs.keys()]);
    const lookedIn = ({ job }: StoredJob) => looks.get(job.id)?.round ?? 0;
    const changed = stored
      .filter(({ job }) => {
        const last = lasts.get(job.id)?.last;
        return last?.finishedAt != null && looks.get(job.id)?.runId !== last.id;
      })
      .sort((one, other) => lookedIn(one) - lookedIn(other));
    round++;
    for (const { job } of changed.slice(0, JOBS_OF_A_ROUND)) {
      if (signal.aborted) return;
      looks.set(job.id, { runId: lasts.get(job.id)!.last!.id, round });
      await lookAt(job, jobs).catch((thrown) => {
        looks.set(job.id, { runId: null, round });
        options.onFailure(`predictions of ${job.id}`, toGuardianError(thrown));
      });
    }
  };

  async function lookAt(job: Job, jobs: ReadonlyMap<string, StoredJob>): Promise<void> {
    const { runs, predictions } = store;
    const { made } = await foretell({ jobId: job.id, jobs, runs, store: predictions, timeZone, at: clock.now() });
    if (options.raisesAlerts) for (const prediction of made) await raise(prediction, job.label, job.projectId);
  }

  /** Fires while it is likely, and ends when it no longer is; what never was is left alone. */
  async function raise(prediction: Prediction, label: string, projectId: number | null): Promise<void> {
    const say = sayingsOf(options.messages.jobs, 'jobs');
    const isLikely = prediction.isWarning && prediction.mayAlert;
    const percent = Math.round(prediction.probability * 100);
    await options.alerts
      .postAlert({
        projectId,
        type: prediction.event === 'failure' ? 'JOB_LIKELY_TO_FAIL' : 'JOB_LIKELY_LATE',
        state: isLikely ? 'firing' : 'resolved',
        severity: 'warning',
        subject: { kind: 'job', id: prediction.jobId, name: label, labels: {} },
        value: percent,
        unit: '%',
        threshold: null,
        description: say.likely[prediction.event](
          label,
          percent,
          prediction.because.map(({ signal }) => say.signals[signal]),
        ),
        advice: null,
        evidence: {
          forAt: prediction.forAt,
          precision: prediction.measured.precision,
          judged: prediction.measured.count,
        },
      })
      .catch((thrown) => {
        if (isLikely) throw thrown;
      });
  }
}
