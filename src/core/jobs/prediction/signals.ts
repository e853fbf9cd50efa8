import type { StatsCondition } from '../job.ts';
import { offsetAt } from '../schedule/zone-offsets.ts';
import type { HistoryRow, PredictionContext } from './history.ts';
import { PREDICTION_SIGNALS, type PredictedEvent, type PredictionSignal } from './prediction.ts';

/** What the runs so far say of one that is due at an instant. Each signal is about 0 to 1, 0 where there is nothing to say. */
export interface Signals {
  observe(row: HistoryRow): void;
  /** In the order of PREDICTION_SIGNALS. `knownAt`: upstream outcomes count that were there by then. */
  at(dueAt: number, knownAt: number): number[];
}

interface Trend {
  /** The newest values, oldest first. */
  newest: number[];
  quick: number;
  slow: number;
  /** Of the values about `slow`. */
  variance: number;
  count: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer ones are looked at as one. */
const LONGEST_STREAK = 5;
const TREND_LENGTH = 6;
/** What makes the logistic curve stand for the normal one. */
const NORMAL_LOG_ODDS = 1.7;
const LARGEST_VALUE = 1e100;
const QUICK = 0.4;
const SLOW = 0.05;
/** What came at an hour, on a weekday, after so many failures weighs against so many runs of the job's usual share: twice is not a habit. */
const HABIT_WEIGHT = 5;

export function createSignals(event: PredictedEvent, context: PredictionContext): Signals {
  const duration = createTrend();
  const stats = new Map<string, Trend>();
  const hours = createHabits(24);
  const weekdays = createHabits(7);
  const streaks = createHabits(LONGEST_STREAK + 1);
  let last: { hasCome: boolean; limitMs: number | null } | null = null;
  let streak = 0;
  let recent = 0;
  let usual = 0;
  let count = 0;
  let retries = 0;
  let upstreamIndex = 0;
  let upstreamFailed = 0;

  function followUpstream(knownAt: number): void {
    for (; upstreamIndex < context.upstream.length; upstreamIndex++) {
      const outcome = context.upstream[upstreamIndex]!;
      if (outcome.finishedAt > knownAt) break;
      upstreamFailed += 0.6 * ((outcome.hasFailed ? 1 : 0) - upstreamFailed);
    }
  }

  return {
    observe(row) {
      const hasCome = event === 'failure' ? row.hasFailed : row.isLate === true;
      const value = hasCome ? 1 : 0;
      count += 1;
      streaks.count(Math.min(streak, LONGEST_STREAK), value);
      streak = hasCome ? streak + 1 : 0;
      recent += Math.max(QUICK, 1 / count) * (value - recent);
      usual += Math.max(SLOW, 1 / count) * (value - usual);
      retries += QUICK * (Math.min(row.retries, 3) / 3 - retries);
      follow(duration, row.durationMs);
      for (const [name, number] of Object.entries(row.stats)) followStat(stats, name, number);
      const local = row.dueAt + offsetAt(context.timeZone, row.dueAt);
      hours.count(hourOf(local), value);
      weekdays.count(weekdayOf(local), value);
      last = { hasCome, limitMs: event === 'failure' ? row.timeoutMs : row.deadlineMs };
    },
    at(dueAt, knownAt) {
      followUpstream(knownAt);
      const local = dueAt + offsetAt(context.timeZone, dueAt);
      const limitMs = last?.limitMs ?? null;
      // A run that failed was ended at its limit: of one that fails already nearness says nothing, and how long that lasts is the streak's matter.
      const isEnded = event === 'failure' && streak > 0;
      const values: Record<PredictionSignal, number> = {
        lastRun: last?.hasCome ? 1 : 0,
        streak: evidence(logOdds(streaks.share(Math.min(streak, LONGEST_STREAK), usual))),
        recentShare: recent,
        usualShare: usual,
        retries,
        durationNearLimit: limitMs === null || isEnded ? 0 : nearness(duration, limitMs, 'above'),
        durationDrift: driftOf(duration),
        statsNearLimit: isEnded ? 0 : nearestLimit(stats, context.failWhen),
        statsDrift: Math.max(0, ...[...stats.values()].map(driftOf)),
        upstream: upstreamFailed,
        hour: hours.share(hourOf(local), usual) - usual,
        weekday: weekdays.share(weekdayOf(local), usual) - usual,
      };
      return PREDICTION_SIGNALS.map((signal) => values[signal]);
    },
  };
}

function hourOf(local: number): number {
  return Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS);
}

function weekdayOf(local: number): number {
  return new Date(local).getUTCDay();
}

function createHabits(size: number): {
  count(index: number, value: number): void;
  /** How often it came there, as far as that is known. */
  share(index: number, usual: number): number;
} {
  const came = new Array<number>(size).fill(0);
  const runs = new Array<number>(size).fill(0);
  return {
    count(index, value) {
      came[index] = came[index]! * 0.97 + value;
      runs[index] = runs[index]! * 0.97 + 1;
    },
    share: (index, usual) => (came[index]! + HABIT_WEIGHT * usual) / (runs[index]! + HABIT_WEIGHT),
  };
}

function createTrend(): Trend {
  return { newest: [], quick: 0, slow: 0, variance: 0, count: 0 };
}

/** Fields that come late are followed as well, no more than a definition's worth of them. */
function followStat(stats: Map<string, Trend>, name: string, value: number): void {
  let trend = stats.get(name);
  if (!trend) {
    if (stats.size >= 200) return;
    trend = createTrend();
    stats.set(name, trend);
  }
  follow(trend, value);
}

function follow(trend: Trend, value: number): void {
  // Squares of larger ones are no numbers any more.
  if (Math.abs(value) > LARGEST_VALUE) return;
  trend.count += 1;
  trend.newest.push(value);
  if (trend.newest.length > TREND_LENGTH) trend.newest.shift();
  trend.quick += Math.max(QUICK, 1 / trend.count) * (value - trend.quick);
  const rate = Math.max(SLOW, 1 / trend.count);
  const distance = value - trend.slow;
  trend.slow += rate * distance;
  trend.variance = (1 - rate) * (trend.variance + rate * distance * distance);
}

/** How far the newest values stand from the usual ones, in their own spread: 0 within one and a half, 1 from four and a half on. */
function driftOf(trend: Trend): number {
  if (trend.count < 10) return 0;
  const spread = Math.sqrt(trend.variance) + 1e-9 + 0.01 * Math.abs(trend.slow);
  return Math.min(1, Math.max(0, Math.abs(trend.quick - trend.slow) / spread - 0.75) / 2);
}

/** What speaks for the next value's lying beyond a limit, when the newest go on along the line through them. */
function nearness({ newest, count }: Trend, limit: number, side: 'above' | 'below'): number {
  if (count < 4) return 0;
  const middle = (newest.length - 1) / 2;
  const mean = newest.reduce((sum, value) => sum + value, 0) / newest.length;
  let along = 0;
  let across = 0;
  newest.forEach((value, index) => {
    along += (index - middle) * (value - mean);
    across += (index - middle) ** 2;
  });
  const slope = along / across;
  const residual = newest.reduce((sum, value, index) => sum + (value - mean - slope * (index - middle)) ** 2, 0);
  // Of a line through so few values the next one strays about half as far again as they do.
  const spread = 1.5 * Math.sqrt(residual / Math.max(1, newest.length - 2)) + 0.001 * Math.abs(mean) + 1e-9;
  const next = mean + slope * (newest.length - middle);
  const beyond = side === 'above' ? next - limit : limit - next;
  return evidence((NORMAL_LOG_ODDS * beyond) / spread);
}

/** Log-odds of 30 to 1 against weigh nothing, even ones 1, and 20 to 1 in favour nearly 2: so that a weight of 3.5 outweighs the bias of a job that hardly ever fails. */
function evidence(odds: number): number {
  return Math.max(0, Math.min(odds, 4) + 3.5) / 3.5;
}

function logOdds(share: number): number {
  return Math.log((share + 0.001) / (1 - share + 0.001));
}

function nearestLimit(stats: ReadonlyMap<string, Trend>, conditions: readonly StatsCondition[]): number {
  let highest = 0;
  for (const { field, of, is, value } of conditions) {
    const trend = stats.get(field);
    const whole = of === null ? null : stats.get(of);
    if (!trend || (is !== 'above' && is !== 'below') || whole === undefined) continue;
    // A ratio is followed through its numerator: the denominator is taken as it is usual.
    const limit = whole === null ? value : value * whole.quick;
    highest = Math.max(highest, nearness(trend, limit, is));
  }
  return highest;
}
