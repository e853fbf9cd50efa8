import { type EndedRun, isGood } from './history.ts';
import { type Share, weightOf, wilson } from './rates.ts';
import type { Rule } from './rule.ts';

/** Fewer attempts say nothing of the next. */
const ENOUGH_ATTEMPTS = 10;
/** More would only wait longer. */
const MOST_RETRIES = 10;
/** A gain below it is not worth a change. */
const SMALLEST_GAIN = 0.01;

/**
 * One retry more. Gain: of the runs that failed to the end, as many as the retry before rescued of those that came to it. So nothing is
 * said of a job that never retried.
 */
export const retriesRule: Rule = {
  parameter: 'retries.count',

  propose({ job, runs, now }) {
    const { count } = job.retries;
    if (count < 1 || count >= MOST_RETRIES) return null;
    const gain = gainOf(runs, count, now);
    if (gain === null || gain.low < SMALLEST_GAIN) return null;
    const { failing, rescued, ...effect } = gain;
    return {
      parameter: 'retries.count',
      from: count,
      to: count + 1,
      measure: 'success rate',
      effect,
      because: { failing: failing.value, rescued: rescued.value, attempts: rescued.runs },
      runs: runs.length,
    };
  },

  judge(known, held) {
    const { count } = known.job.retries;
    if (count < 1) return null;
    // The last retry that there is: what was known before foretells how many runs it rescues.
    const before = rescuedBy(known.runs, count, known.now);
    const came = comeTo(known.runs, count, known.now);
    const seen = rescuedBy(held.runs, count, held.now);
    if (before === null || came === null || seen === null || seen.runs < ENOUGH_ATTEMPTS) return null;
    const heldCame = comeTo(held.runs, count, held.now)!;
    const width = Math.sqrt(seen.runs);
    return {
      // What is observed is uncertain as well: half a rescued run to either side.
      foretold: { low: came.low * before.low - 0.5 / width, high: came.high * before.high + 0.5 / width },
      observed: heldCame.value * seen.value,
    };
  },
};

function gainOf(runs: readonly EndedRun[], count: number, now: number) {
  const rescued = rescuedBy(runs, count, now);
  const failing = wilson(
    runs.map((run) => ({
      isHit: !isGood(run) && run.status !== 'cancelled' && run.attempts.length > count,
      weight: weightOf(run.finishedAt, now),
    })),
  );
  if (rescued === null || failing === null || rescued.runs < ENOUGH_ATTEMPTS) return null;
  return { low: failing.low * rescued.low, high: failing.high * rescued.high, failing, rescued };
}

/** Of the runs that came to retry number `count`, how many it rescued. */
function rescuedBy(runs: readonly EndedRun[], count: number, now: number): Share | null {
  const came = runs.filter(({ attempts }) => attempts.length > count);
  return wilson(
    came.map(({ attempts, finishedAt }) => ({
      isHit: isGood({ status: attempts[count]!.status }),
      weight: weightOf(finishedAt, now),
    })),
  );
}

function comeTo(runs: readonly EndedRun[], count: number, now: number): Share | null {
  return wilson(
    runs.map(({ attempts, finishedAt }) => ({ isHit: attempts.length > count, weight: weightOf(finishedAt, now) })),
  );
}
