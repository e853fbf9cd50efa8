import { type EndedRun, isGood } from './history.ts';
import type { Proposal } from './rule.ts';

/** Runs before and after a change that its effect is measured on. */
const MEASURED_RUNS = 20;

export interface MeasuredEffect {
  before: number;
  after: number;
  runsBefore: number;
  runsAfter: number;
  /** It is not better: it is taken back. */
  isWorse: boolean;
}

/** What a change did, from the runs around it; null: too few yet. More recent runs before it count no more than older ones: the newest are taken. */
export function measureEffect(
  runs: readonly EndedRun[],
  { measure }: Pick<Proposal, 'measure'>,
  appliedAt: number,
): MeasuredEffect | null {
  const before = runs.filter(({ finishedAt }) => finishedAt < appliedAt).slice(-5 * MEASURED_RUNS);
  const after = runs.filter(({ startedAt }) => startedAt >= appliedAt);
  if (before.length < MEASURED_RUNS || after.length < MEASURED_RUNS) return null;
  const was = measured(before, measure);
  const is = measured(after, measure);
  const isWorse = measure === 'success rate' ? is < was : is > was;
  return { before: was, after: is, runsBefore: before.length, runsAfter: after.length, isWorse };
}

function measured(runs: readonly EndedRun[], measure: Proposal['measure']): number {
  const mean = (of: (run: EndedRun) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  switch (measure) {
    case 'success rate':
      return mean((run) => Number(isGood(run)));
    case 'duration':
      return mean(({ startedAt, finishedAt }) => finishedAt - startedAt);
    case 'waiting':
      return mean(({ readyAt, startedAt }) => startedAt - readyAt);
    default:
      return measure satisfies never;
  }
}
