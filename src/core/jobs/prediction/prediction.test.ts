import { describe, expect, it } from 'vitest';
import type { Run } from '../run.ts';
import {
  badHours,
  chanceOf,
  type GeneratedHistory,
  growingDurations,
  risingRetries,
  scatteredDurations,
  shrinkingStats,
  upstreamFailures,
  withoutDrift,
} from './history-fixtures.ts';
import {
  backtest,
  type HistoryRow,
  historyOf,
  judgePredictions,
  mayPredictionAlert,
  measurePredictions,
  type PredictedEvent,
  type Prediction,
  predictNext,
  upstreamOf,
} from './index.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => 20_260_801 + 104_729 * index);
const DAY_MS = 86_400_000;

/** What became alerts, and all that was said to be likely, over all seeds together. */
function outcome(event: PredictedEvent, make: (seed: number) => GeneratedHistory) {
  const rows = SEEDS.flatMap((seed) => backtest({ event, ...make(seed) }));
  const alerts = rows.filter((row) => row.mayAlert);
  const warnings = rows.filter((row) => row.isWarning);
  const hits = alerts.filter((row) => row.came).length;
  return {
    alerts: alerts.length,
    precision: hits / alerts.length,
    warningPrecision: warnings.filter((row) => row.came).length / warnings.length,
    falseAlerts: (alerts.length - hits) / rows.length,
    falseWarnings: warnings.filter((row) => !row.came).length / rows.length,
  };
}

describe('histories with a known drift', () => {
  it.each<[string, PredictedEvent, (seed: number) => GeneratedHistory]>([
    ['durations that grow into the timeout', 'failure', growingDurations],
    ['durations that grow beyond the deadline', 'lateness', growingDurations],
    ['records that shrink until failWhen holds', 'failure', shrinkingStats],
    ['attempts that fail more and more', 'failure', risingRetries],
    ['hours at which it fails', 'failure', badHours],
    ['an upstream that takes it with it', 'failure', upstreamFailures],
  ])('are foretold with a precision of 0.8: %s', (_, event, make) => {
    const { alerts, precision, warningPrecision } = outcome(event, make);
    expect(alerts).toBeGreaterThan(SEEDS.length);
    expect(precision).toBeGreaterThanOrEqual(0.8);
    expect(warningPrecision).toBeGreaterThanOrEqual(0.8);
  });

  it('are foretold before the first failure of each, where "as last time" knows nothing', () => {
    const rows = SEEDS.flatMap((seed) => backtest({ event: 'failure', ...growingDurations(seed) }));
    const first = rows.filter((row, index) => row.isWarning && index > 0 && !rows[index - 1]!.came);
    expect(first.length).toBeGreaterThan(SEEDS.length);
    expect(first.filter((row) => row.came).length / first.length).toBeGreaterThanOrEqual(0.8);
  });
});

describe('histories without a drift', () => {
  it.each([0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5])(
    'that fail by chance, share %d, give false warnings on at most 1 %% of runs',
    (share) => {
      const { falseAlerts, falseWarnings } = outcome('failure', (seed) => withoutDrift(seed, share));
      expect(falseWarnings).toBeLessThanOrEqual(0.01);
      expect(falseAlerts).toBeLessThanOrEqual(0.01);
    },
  );

  it.each([0.7, 0.9, 1])('that fail nearly always, share %d, raise no alert about it: that is no news', (share) => {
    expect(outcome('failure', (seed) => withoutDrift(seed, share)).falseAlerts).toBeLessThanOrEqual(0.01);
  });

  it.each<[PredictedEvent, number]>([
    ['failure', 0.2],
    ['failure', 0.8],
    ['lateness', 0.2],
    ['lateness', 0.8],
  ])('whose durations scatter, %s, deviation %d, give false warnings on at most 1 %% of runs', (event, deviation) => {
    const { falseWarnings } = outcome(event, (seed) => scatteredDurations(seed, deviation));
    expect(falseWarnings).toBeLessThanOrEqual(0.01);
  });
});

describe('a backtest', () => {
  it('never looks ahead: what comes later changes nothing that was said before', () => {
    const { history, context } = growingDurations(7, 200);
    const whole = backtest({ event: 'failure', history, context });
    for (const cut of [40, 97, 150]) {
      const turned = history.map((row, index) =>
        index < cut ? row : { ...row, hasFailed: !row.hasFailed, durationMs: 1, stats: { clients: 1 }, retries: 3 },
      );
      const other = backtest({ event: 'failure', history: turned, context });
      const said = (rows: typeof whole) =>
        rows.filter(({ row }) => history.findIndex(({ runId }) => runId === row.runId) <= cut);
      expect(said(other).map(({ probability, mayAlert: may }) => [probability, may])).toEqual(
        said(whole).map(({ probability, mayAlert: may }) => [probability, may]),
      );
      expect(other.at(-1)!.probability).not.toBe(whole.at(-1)!.probability);
    }
  });

  it('knows of a run only what had ended when it began, where runs overlap', () => {
    const { history, context } = withoutDrift(3, 0.3, 60);
    const long = history.map((row) => ({ ...row, finishedAt: row.startedAt + 3.5 * DAY_MS }));
    const turned = long.map((row, index) => (index >= 50 ? { ...row, hasFailed: !row.hasFailed } : row));
    const said = (rows: readonly HistoryRow[]) =>
      backtest({ event: 'failure', history: rows, context }).map(({ probability }) => probability);
    expect(said(turned).slice(0, -6)).toEqual(said(long).slice(0, -6));
    expect(said(turned).at(-1)).not.toBe(said(long).at(-1));
  });

  it('says of the last run what the prediction of it said before it ran', () => {
    const { history, context } = badHours(11, 300);
    const last = history.at(-1)!;
    const rows = backtest({ event: 'failure', history, context });
    const before = predictNext({
      jobId: 'full_sync',
      event: 'failure',
      history: history.slice(0, -1),
      context,
      forAt: last.dueAt,
      madeAt: last.startedAt,
    });
    expect(before?.probability).toBe(rows.at(-1)!.probability);
    expect(before?.mayAlert).toBe(rows.at(-1)!.mayAlert);
  });

  it('says nothing of lateness where no run had a deadline', () => {
    const { history, context } = growingDurations(5, 60);
    const free = history.map((row) => ({ ...row, isLate: null, deadlineMs: null }));
    expect(backtest({ event: 'lateness', history: free, context })).toEqual([]);
    const request = {
      jobId: 'full_sync',
      history: free,
      context,
      forAt: Date.UTC(2027, 0, 1),
      madeAt: Date.UTC(2026, 11, 31),
    };
    expect(predictNext({ event: 'lateness', ...request })).toBeNull();
  });
});

describe('a prediction', () => {
  const predict = ({ history, context }: GeneratedHistory, forAt: number): Prediction | null =>
    predictNext({
      jobId: 'full_sync',
      event: 'failure',
      history,
      context,
      forAt,
      madeAt: history.at(-1)?.finishedAt ?? 0,
    });

  it('names what speaks for it, and stands beside how well it did', () => {
    const generated = badHours(11, 1_000);
    const next = generated.history.at(-1)!.dueAt;
    const atTwo = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]
      .map((hours) => next + hours * 3_600_000)
      .find((instant) => new Date(instant - 5 * 3_600_000).getUTCHours() === 2)!;
    const prediction = predict(generated, atTwo)!;
    expect(prediction).toMatchObject({ event: 'failure', isWarning: true, mayAlert: true, judged: null });
    expect(prediction.because[0]!.signal).toBe('hour');
    expect(prediction.measured.count).toBe(990);
    expect(prediction.measured.precision).toBeGreaterThan(prediction.asLastTime.precision!);
    const atNoon = predict(generated, atTwo + 10 * 3_600_000)!;
    expect(atNoon.isWarning).toBe(false);
    expect(atNoon.probability).toBeLessThan(0.1);
  });

  it('is none under ten runs', () => {
    expect(predict(withoutDrift(1, 0.1, 9), Date.UTC(2026, 5, 1))).toBeNull();
    expect(predict(withoutDrift(1, 0.1, 10), Date.UTC(2026, 5, 1))?.probability).toBeLessThan(0.5);
    expect(predict({ history: [], context: withoutDrift(1, 0, 1).context }, 0)).toBeNull();
  });

  it('stays a number whatever runs report', () => {
    const { history, context } = withoutDrift(9, 0.2, 80);
    const chance = chanceOf(1);
    const wild = history.map((row) => ({
      ...row,
      durationMs: chance.next() < 0.2 ? 0 : row.durationMs,
      stats: { clients: chance.next() < 0.1 ? Number.MAX_VALUE : 0, [`n${Math.floor(300 * chance.next())}`]: -1e300 },
    }));
    for (const { probability } of backtest({ event: 'failure', history: wild, context })) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });
});

describe('the gate before an alert', () => {
  const measured = { count: 100, came: 20, warnings: 10, hits: 9, precision: 0.9, recall: 0.45 };
  const asLastTime = { count: 100, came: 20, warnings: 20, hits: 10, precision: 0.5, recall: 0.5 };
  const seen = { runs: 110, events: 22 };

  it('opens past 30 runs and 5 events, with a precision of 0.7 that beats "as last time" and what is usual', () => {
    expect(mayPredictionAlert(measured, asLastTime, seen)).toBe(true);
    expect(mayPredictionAlert(measured, asLastTime, { runs: 29, events: 22 })).toBe(false);
    expect(mayPredictionAlert(measured, asLastTime, { runs: 110, events: 4 })).toBe(false);
    expect(mayPredictionAlert({ ...measured, hits: 6, precision: 0.6 }, asLastTime, seen)).toBe(false);
    expect(mayPredictionAlert(measured, { ...asLastTime, precision: 0.9 }, seen)).toBe(false);
    expect(mayPredictionAlert({ ...measured, warnings: 0, hits: 0, precision: null }, asLastTime, seen)).toBe(false);
    expect(mayPredictionAlert({ ...measured, warnings: 2, hits: 2, precision: 1 }, asLastTime, seen)).toBe(false);
    expect(mayPredictionAlert(measured, asLastTime, { runs: 110, events: 95 })).toBe(false);
  });
});

const RUN: Run = {
  id: 'run-1',
  jobId: 'full_sync',
  projectId: null,
  tick: Date.UTC(2026, 4, 1, 5),
  trigger: 'schedule',
  triggeredBy: { kind: 'scheduler', user: null },
  chainRunId: 'run-1',
  causeRunId: null,
  status: 'success',
  reason: null,
  message: null,
  error: null,
  attempt: 2,
  attempts: [],
  keys: [],
  order: 0,
  createdAt: Date.UTC(2026, 4, 1, 5),
  dueAt: Date.UTC(2026, 4, 1, 5),
  condition: null,
  startBy: null,
  finishBy: Date.UTC(2026, 4, 1, 8),
  timeoutMs: 3_600_000,
  startedAt: Date.UTC(2026, 4, 1, 5),
  finishedAt: Date.UTC(2026, 4, 1, 5, 20),
  node: null,
  heartbeatAt: null,
  cancelRequest: null,
  stats: { clients: 4_135, sync: { pianos: 12, note: 'x', at: null }, list: [1, 2] },
  recordErrors: null,
  version: 1,
  environment: null,
  clientId: null,
  outputBytes: 0,
  lostOutputBytes: 0,
};

describe('the history of a job', () => {
  it('is of the runs that did work: their durations, retries, lateness and numbers', () => {
    const attempt = {
      number: 2,
      startedAt: RUN.startedAt! + 600_000,
      finishedAt: RUN.finishedAt!,
      status: 'success',
      reason: null,
      error: null,
    } as const;
    const [row] = historyOf([{ ...RUN, attempts: [attempt] }]);
    expect(row).toMatchObject({
      hasFailed: false,
      isLate: false,
      durationMs: 600_000,
      retries: 1,
      deadlineMs: 3 * 3_600_000 - 600_000,
    });
    expect({ ...row!.stats }).toEqual({ clients: 4_135, 'sync.pianos': 12 });
  });

  it('leaves out what was skipped, cancelled, held back or still runs, and sorts', () => {
    const runs = (['skipped', 'cancelled', 'upstream_failed', 'running', 'queued'] as const).map((status) => ({
      ...RUN,
      status,
    }));
    const early = {
      ...RUN,
      id: 'run-0',
      status: 'timed_out' as const,
      startedAt: RUN.startedAt! - DAY_MS,
      finishedAt: RUN.startedAt!,
    };
    expect(historyOf([...runs, RUN, early]).map(({ runId, hasFailed }) => [runId, hasFailed])).toEqual([
      ['run-0', true],
      ['run-1', false],
    ]);
    expect(upstreamOf([RUN, early])).toEqual([
      { finishedAt: early.finishedAt, hasFailed: true },
      { finishedAt: RUN.finishedAt, hasFailed: false },
    ]);
  });

  it('knows lateness from either deadline, and none without one', () => {
    const late = (run: Partial<Run>) => historyOf([{ ...RUN, ...run }])[0]!.isLate;
    expect(late({ finishBy: RUN.finishedAt! - 1 })).toBe(true);
    expect(late({ finishBy: null, startBy: RUN.startedAt! - 1 })).toBe(true);
    expect(late({ finishBy: null, startBy: RUN.startedAt })).toBe(false);
    expect(late({ finishBy: null })).toBeNull();
  });
});

describe('judging', () => {
  const prediction: Prediction = {
    jobId: 'full_sync',
    event: 'failure',
    modelVersion: 1,
    madeAt: RUN.tick! - DAY_MS,
    forAt: RUN.tick!,
    probability: 0.9,
    isWarning: true,
    mayAlert: true,
    because: [],
    measured: { count: 0, came: 0, warnings: 0, hits: 0, precision: null, recall: null },
    asLastTime: { count: 0, came: 0, warnings: 0, hits: 0, precision: null, recall: null },
    judged: null,
  };
  const at = RUN.finishedAt! + 1_000;

  it('goes by the run that came: of the tick, or the next that did work', () => {
    expect(judgePredictions([prediction], [RUN], at)[0]!.judged).toEqual({ at, runId: 'run-1', came: false });
    expect(judgePredictions([prediction], [{ ...RUN, status: 'error' }], at)[0]!.judged!.came).toBe(true);
    const skipped: Run = { ...RUN, status: 'skipped', startedAt: null };
    const next: Run = {
      ...RUN,
      id: 'run-2',
      tick: RUN.tick! + DAY_MS,
      startedAt: RUN.startedAt! + DAY_MS,
      finishedAt: RUN.finishedAt! + DAY_MS,
      status: 'timed_out',
    };
    expect(judgePredictions([prediction], [next, skipped], at)[0]!.judged).toEqual({ at, runId: 'run-2', came: true });
  });

  it('leaves open what nothing decides yet, and what is judged as it is', () => {
    expect(judgePredictions([prediction], [{ ...RUN, tick: RUN.tick! - DAY_MS }], at)).toEqual([]);
    expect(judgePredictions([prediction], [{ ...RUN, status: 'running', finishedAt: null }], at)).toEqual([]);
    expect(judgePredictions([{ ...prediction, madeAt: RUN.startedAt! + 1 }], [RUN], at)).toEqual([]);
    expect(judgePredictions([{ ...prediction, judged: { at, runId: 'run-1', came: true } }], [RUN], at)).toEqual([]);
    expect(judgePredictions([{ ...prediction, event: 'lateness' }], [{ ...RUN, finishBy: null }], at)).toEqual([]);
  });

  it('measures precision, recall and count over what was judged', () => {
    const rows = [
      [true, true],
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ].map(([isWarning, came]) => ({ ...prediction, isWarning: isWarning!, judged: { at, runId: 'run', came: came! } }));
    expect(measurePredictions([...rows, prediction])).toEqual({
      count: 5,
      came: 3,
      warnings: 3,
      hits: 2,
      precision: 2 / 3,
      recall: 2 / 3,
    });
    expect(measurePredictions([prediction])).toEqual({
      count: 0,
      came: 0,
      warnings: 0,
      hits: 0,
      precision: null,
      recall: null,
    });
  });
});
