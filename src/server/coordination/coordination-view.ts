import type { z } from 'zod';
import type { Coordination, Suggestion, suggestion } from '../../contracts/api/coordination.ts';
import { ENOUGH_RUNS, type StoredSuggestion } from '../../core/jobs/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';
import type { Services } from '../app-env.ts';

/** Suggestions of the page, newest first. */
const SHOWN = 200;
/** What is counted in `because`, and no share. */
const COUNTS = ['attempts', 'ended'];

export async function coordinationView(
  { coordination }: Pick<Services, 'coordination'>,
  messages: Messages,
): Promise<Coordination> {
  const [learnings, suggestions] = await Promise.all([coordination.learnings(), coordination.suggestions(SHOWN)]);
  return {
    jobs: learnings.flatMap(({ learnings: own }) =>
      (own ?? []).map(({ jobId, context, runs, successRate: { value, low, high }, bottlenecks }) => ({
        ...{ job: jobId, context, runs, successRate: value, interval: { low, high } },
        bottlenecks: bottlenecks.map(({ kind, name, share, meanMs }) => ({ kind, job: name, share, meanMs })),
      })),
    ),
    suggestions: suggestions.map((one) => suggestionView(one, messages)),
    notEnoughRuns: learnings
      .filter((one) => one.learnings === null)
      .map(({ jobId, runs }) => ({ job: jobId, runs, needed: ENOUGH_RUNS })),
    mayApply: coordination.mayApply.map(({ job, parameter }) => `${job}: ${parameter}`),
  };
}

export function suggestionView(stored: StoredSuggestion, { jobs }: Messages): Suggestion {
  const { id, jobId, parameter, from, to, runs, judgedOn, measure, effect, confidence, state, measured, by } = stored;
  const because = Object.fromEntries(
    Object.entries(stored.because).map(([name, value]) => [
      name,
      COUNTS.includes(name) ? value : Math.round(value * 1_000) / 10,
    ]),
  );
  const view: z.output<typeof suggestion> = {
    ...{ id, job: jobId, parameter, from, to, runs, judgedOn, measure, effect, confidence, state, by },
    reason: jobs.suggestions[parameter](because),
    measured: measured && {
      ...{ before: measured.before, after: measured.after },
      ...{ runsBefore: measured.runsBefore, runsAfter: measured.runsAfter },
    },
    createdAt: toInstant(stored.createdAt),
    decidedAt: stored.decidedAt === null ? null : toInstant(stored.decidedAt),
  };
  return view;
}
