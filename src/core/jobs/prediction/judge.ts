import type { Run } from '../run.ts';
import { historyOf } from './history.ts';
import type { Prediction } from './prediction.ts';

/**
 * The open predictions of a job that its runs now decide, judged: each by the first run that was due at or after `forAt`, began after the
 * prediction was made and did work. What was skipped or cancelled decides nothing; nor, of lateness, a run without a deadline.
 */
export function judgePredictions(open: readonly Prediction[], runs: readonly Run[], at: number): Prediction[] {
  const history = historyOf(runs).sort((one, other) => one.dueAt - other.dueAt);
  return open.flatMap((prediction) => {
    if (prediction.judged) return [];
    const { event, forAt, madeAt } = prediction;
    const run = history.find(
      (row) => row.dueAt >= forAt && row.startedAt >= madeAt && (event === 'failure' || row.isLate !== null),
    );
    if (!run) return [];
    const came = event === 'failure' ? run.hasFailed : run.isLate === true;
    return [{ ...prediction, judged: { at, runId: run.runId, came } }];
  });
}
