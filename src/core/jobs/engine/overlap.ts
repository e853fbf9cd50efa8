import type { Overlap } from '../job.ts';
import type { AdmissionDecision } from '../ports.ts';
import type { Run } from '../run.ts';

/** However much a job allows, no more of its runs wait at once; one more is skipped, `queue_full`. */
const MOST_OPEN_RUNS = 1_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * What becomes of a run beside the open ones of its job. One that was asked for is never skipped silently: it is refused, with the run that
 * is in its way. `caughtUp`: runs of ticks that were missed, which were made together with it. They are to run, all of them, and so they wait for each
 * other by the key of their job, whatever its overlap says of others.
 */
export function decideOverlap(
  overlap: Overlap,
  isAsked: boolean,
  caughtUp: ReadonlySet<string> = NONE,
): (open: readonly Pick<Run, 'id' | 'status'>[]) => AdmissionDecision {
  return (found) => {
    const open = caughtUp.size === 0 ? found : found.filter(({ id }) => !caughtUp.has(id));
    const inWay = open[0];
    if (!inWay) return { kind: 'queue', cancel: [] };
    const full = (): AdmissionDecision =>
      isAsked
        ? { kind: 'refuse', inWay: inWay.id }
        : { kind: 'skip', reason: overlap.kind === 'skip' ? 'overlap' : 'queue_full', causeRunId: inWay.id };
    switch (overlap.kind) {
      case 'skip':
        return full();
      case 'queue':
        return open.filter((run) => run.status === 'queued').length < overlap.bound
          ? { kind: 'queue', cancel: [] }
          : full();
      case 'cancel-other':
        return { kind: 'queue', cancel: open.map((run) => run.id) };
      case 'allow':
        return open.length < MOST_OPEN_RUNS ? { kind: 'queue', cancel: [] } : full();
      default:
        return overlap satisfies never;
    }
  };
}
