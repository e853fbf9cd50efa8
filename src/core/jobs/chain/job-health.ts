import type { Job, JobHealth } from '../job.ts';
import type { RunStatus } from '../run.ts';

/**
 * The health of a job after a run that ended; null where that changes nothing. Successes are counted only after a failure: a job that is
 * well costs no write.
 */
export function nextHealth(
  health: JobHealth,
  status: RunStatus,
  thresholds: Pick<Job, 'failureThreshold' | 'recoveryThreshold'>,
): JobHealth | null {
  if (status === 'success' || status === 'warning') {
    if (!health.isFailing && health.failuresInRow === 0) return null;
    const successesInRow = health.successesInRow + 1;
    const isFailing = health.isFailing && successesInRow < thresholds.recoveryThreshold;
    return { isFailing, failuresInRow: isFailing ? health.failuresInRow : 0, successesInRow };
  }
  if (status === 'error' || status === 'timed_out') {
    const failuresInRow = health.failuresInRow + 1;
    const isFailing = health.isFailing || failuresInRow >= thresholds.failureThreshold;
    return { isFailing, failuresInRow, successesInRow: 0 };
  }
  return null;
}
