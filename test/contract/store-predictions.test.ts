import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Prediction } from '../../src/core/jobs/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 0, 31);
const measure = { count: 3, came: 1, warnings: 1, hits: 1, precision: 1, recall: 1 };

function prediction(over: Partial<Prediction> = {}): Prediction {
  return {
    jobId: 'sync',
    event: 'failure',
    modelVersion: 1,
    madeAt: NOW,
    forAt: NOW + 1_000,
    probability: 0.9,
    isWarning: true,
    mayAlert: false,
    because: [{ signal: 'streak', weight: 1.5 }],
    measured: measure,
    asLastTime: measure,
    judged: null,
    ...over,
  };
}

describe.each(DATABASES)('predictions in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  it('are rows from when they are made: newer words of the same run take their place until it is judged', async () => {
    const { predictions } = stores.main;
    await predictions.keep([prediction(), prediction({ event: 'lateness', probability: 0.1 })]);
    await predictions.keep([prediction({ madeAt: NOW + 1, probability: 0.5 })]);
    expect((await predictions.open('sync')).map(({ event, probability }) => [event, probability]).sort()).toEqual([
      ['failure', 0.5],
      ['lateness', 0.1],
    ]);
    const judged = { at: NOW + 2_000, runId: 'run-1', came: true };
    await predictions.keep([prediction({ madeAt: NOW + 1, probability: 0.5, judged })]);
    await predictions.keep([prediction({ madeAt: NOW + 3_000, probability: 0.01 })]);
    expect((await predictions.open('sync')).map(({ event }) => event)).toEqual(['lateness']);
    expect((await predictions.list('sync', 1))[0]).toEqual(prediction({ madeAt: NOW + 1, probability: 0.5, judged }));
    expect(await predictions.list('other', 5)).toEqual([]);
    await predictions.keep([]);
  });

  it('go when they were made long ago, judged or not, a bounded step at a time', async () => {
    const { predictions } = stores.main;
    const judged = { at: NOW, runId: 'run-1', came: true };
    const old = [1, 2].map((index) => prediction({ madeAt: NOW - index, forAt: NOW + index, judged }));
    await predictions.keep([...old, prediction({ event: 'lateness', madeAt: NOW - 3 }), prediction({ jobId: 'mail' })]);
    expect(await predictions.forget({ before: NOW, limit: 2 })).toBe(2);
    expect(await predictions.forget({ before: NOW, limit: 2 })).toBe(1);
    expect(await predictions.forget({ before: NOW, limit: 2 })).toBe(0);
    expect([await predictions.list('sync', 9), await predictions.list('mail', 9)]).toMatchObject([
      [],
      [{ madeAt: NOW }],
    ]);
  });
});
