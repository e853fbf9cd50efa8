import type { Store } from '../../adapters/store/sql/index.ts';
import type { Alerts } from '../../core/alerts/index.ts';
import { foretell, type Prediction } from '../../core/jobs/index.ts';
import { type Clock, type Messages, sayingsOf } from '../../core/shared/index.ts';

export interface ForetellingOptions {
  store: Pick<Store, 'jobs' | 'runs' | 'predictions'>;
  alerts: Pick<Alerts, 'postAlert'>;
  /** What is likely is told only where somebody asked for it. */
  raisesAlerts: boolean;
  timeZone: string;
  messages: Messages;
  clock: Clock;
}

/** Jobs one round looks at; the others come in the next. */
const JOBS_OF_A_ROUND = 50;

/** Judges what was foretold of jobs that ran since the last look, and foretells their next runs. */
export function createForetelling(options: ForetellingOptions) {
  const { store, timeZone, clock } = options;
  const lookedAt = new Map<string, string>();

  return async (signal: AbortSignal): Promise<void> => {
    const stored = await store.jobs.list();
    const jobs = new Map(stored.map((one) => [one.job.id, one]));
    const lasts = await store.runs.lastOf([...jobs.keys()]);
    const changed = stored.filter(({ job }) => {
      const last = lasts.get(job.id)?.last;
      return last?.finishedAt != null && lookedAt.get(job.id) !== last.id;
    });
    for (const { job } of changed.slice(0, JOBS_OF_A_ROUND)) {
      if (signal.aborted) return;
      const at = clock.now();
      const { made } = await foretell({
        jobId: job.id,
        jobs,
        runs: store.runs,
        store: store.predictions,
        timeZone,
        at,
      });
      if (options.raisesAlerts) for (const prediction of made) await raise(prediction, job.label, job.projectId);
      lookedAt.set(job.id, lasts.get(job.id)!.last!.id);
    }
  };

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
