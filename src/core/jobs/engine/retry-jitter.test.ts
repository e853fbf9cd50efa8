import { expect, it } from 'vitest';
import { aJob, outcome, startHarness } from './engine-fixtures.ts';

const START = Date.parse('2026-03-02T12:00:00Z');

it.each([
  ['least', 0, [24, 48]],
  ['middle', 0.5, [30, 60]],
  ['most', 0.999_999_999, [36, 72]],
])('a retry waits a fifth less or more, by chance: at %s', async (_, random, waits) => {
  const retries = { count: 2, firstDelayMs: 30_000, factor: 2, longestDelayMs: 900_000, jitter: 0.2 };
  const { engine, timeline, runsOf } = await startHarness({
    jobs: [aJob('report', { retries })],
    scripts: { report: async () => outcome('error') },
    start: '2026-03-02T12:00:00Z',
    over: { random: () => random },
  });
  await engine.run('report', { kind: 'manual', user: 'nicolas' });
  await timeline.advance(5 * 60_000);
  const starts = runsOf('report')[0]!.attempts.map(({ startedAt }) => (startedAt - START) / 1_000);
  expect(starts).toEqual([0, waits[0], waits[0]! + waits[1]!]);
});
