import type { JobWatch } from '../../jobs/ports.ts';
import type { Observation } from '../alert.ts';
import type { JobRule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import { GONE, type Look } from './look.ts';
import { observationOf } from './observation-of.ts';

interface Context {
  /** Null: the watchdog has not looked yet. */
  watch: readonly JobWatch[] | null;
  at: number;
  words: Sayings;
}

/** More of them say nothing more. */
const MOST_TICKS = 100;

/** What the watchdog saw of the jobs that run here; before it has looked nothing is said of any, and nothing resolves. */
export function observeJobWatch(rule: JobRule, context: Context): Look {
  const { watch } = context;
  const jobs = (watch ?? []).filter(({ projectId }) => rule.projectId === null || rule.projectId === projectId);
  return {
    observations: jobs.map((job) => observeOne(rule, job, context)),
    isWhole: watch !== null,
    missing: GONE,
  };
}

function observeOne(rule: JobRule, watch: JobWatch, { at, words }: Context): Observation {
  const { jobId, label, projectId, missedTick, neverRan } = watch;
  const isOfTicks = rule.check.of === 'missed-tick';
  const { condition } = isOfTicks ? missedTick : neverRan;
  const ticks = isOfTicks ? missedTick.ticks : neverRan.firstTick === null ? [] : [neverRan.firstTick];
  const [first] = ticks;
  const since = words.span(first === undefined ? 0 : at - first);
  const own = isOfTicks
    ? words.jobMissedTicks({ job: label, count: ticks.length, isMore: ticks.length >= MOST_TICKS, since })
    : words.jobNotBegun({ job: label, since });
  const facts = { subject: label, labels: {} };
  return observationOf(rule, { kind: 'job', id: jobId, name: label, labels: {} }, projectId, {
    ...{ at, condition, isCurrent: true, advice: rule.advice ?? words.jobWatchAdvice },
    description: rule.description === null ? own : words.filled(rule.description, facts),
    evidence: ticks.length === 0 ? null : { ticks: ticks.map((tick) => new Date(tick).toISOString()) },
  });
}
