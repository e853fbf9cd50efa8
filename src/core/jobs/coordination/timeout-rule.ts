import { type EndedRun, isGood } from './history.ts';
import { weightOf, wilson } from './rates.ts';
import type { Interval, Rule } from './rule.ts';

/** Shares of runs that must take too long before a change is worth it. */
const SMALLEST_SHARE = 0.02;
/** Durations above the middle that a tail is read from. */
const ENOUGH_TAIL = 10;
const Z95 = 1.959964;

/**
 * Twice the time. Gain: of the runs that were ended for taking too long, those that would have ended by twice the limit, if durations
 * beyond the limit thin out as they do below it (exponential tail above the median; the interval is that of its rate).
 */
export const timeoutRule: Rule = {
  parameter: 'timeoutMs',

  propose({ job, runs, now }) {
    const own = runs.filter(({ timeoutMs }) => timeoutMs === job.timeoutMs);
    const ended = own.filter(({ status }) => status === 'timed_out');
    const share = wilson(
      own.map((run) => ({ isHit: run.status === 'timed_out', weight: weightOf(run.finishedAt, now) })),
    );
    if (share === null || share.low < SMALLEST_SHARE) return null;
    const finishing = finishedBetween(own, job.timeoutMs, 2 * job.timeoutMs);
    if (finishing === null) return null;
    return {
      parameter: 'timeoutMs',
      from: job.timeoutMs,
      to: 2 * job.timeoutMs,
      measure: 'success rate',
      effect: { low: share.low * finishing.low, high: share.high * finishing.high },
      because: { timedOut: share.value, ended: ended.length },
      runs: own.length,
    };
  },

  judge(known, held) {
    // As if half of the limit were the limit: what comes between the two is known of the runs that were held back.
    const half = known.job.timeoutMs / 2;
    const foretold = finishedBetween(censored(known.runs, half), half, 2 * half);
    const beyond = held.runs.filter((run) => durationOf(run) > half && run.status !== 'cancelled');
    if (foretold === null || beyond.length < ENOUGH_TAIL) return null;
    const width = 1 / Math.sqrt(beyond.length);
    const finished = beyond.filter((run) => isGood(run) && durationOf(run) <= 2 * half);
    return {
      foretold: { low: foretold.low - width, high: foretold.high + width },
      observed: finished.length / beyond.length,
    };
  },
};

/** Of those that go on past `limit`, the share that ends by `until`. */
function finishedBetween(runs: readonly EndedRun[], limit: number, until: number): Interval | null {
  const durations = runs
    .filter(isGood)
    .map(durationOf)
    .filter((ms) => ms <= limit);
  durations.sort((a, b) => a - b);
  const median = durations[Math.floor(durations.length / 2)];
  if (median === undefined || median >= limit) return null;
  const tail = durations.filter((ms) => ms > median);
  if (tail.length < ENOUGH_TAIL) return null;
  const cut = runs.filter((run) => durationOf(run) > limit || run.status === 'timed_out').length;
  // Time spent beyond the median by all, those that were cut at the limit as well.
  const exposure = tail.reduce((sum, ms) => sum + ms - median, 0) + cut * (limit - median);
  const rate = tail.length / exposure;
  const spread = Z95 / Math.sqrt(tail.length);
  const share = (of: number) => 1 - Math.exp(-of * (until - limit));
  return { low: share(rate * Math.max(0, 1 - spread)), high: share(rate * (1 + spread)) };
}

/** What would be known if the limit had been this. */
function censored(runs: readonly EndedRun[], limit: number): EndedRun[] {
  return runs.map((run) =>
    durationOf(run) > limit ? { ...run, status: 'timed_out' as const, finishedAt: run.startedAt + limit } : run,
  );
}

function durationOf({ attempts, startedAt, finishedAt }: EndedRun): number {
  const last = attempts.at(-1);
  return last ? last.finishedAt - last.startedAt : finishedAt - startedAt;
}
