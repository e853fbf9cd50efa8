import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHistogram } from '../../shared/index.ts';
import type { AnalyticsBatch } from './analytics.ts';
import { mergeBatches } from './merge-batches.ts';
import { rollUp } from './roll-up.ts';

const NOW = Date.UTC(2026, 0, 31, 12, 0);
const name = fc.constantFrom('a', 'b', '');
const few = fc.integer({ min: 0, max: 9 });
const histogram = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 5 }).map((values) => {
  const made = createHistogram();
  for (const value of values) made.add(value);
  return made.encode();
});
const minute = fc.record({
  at: fc.integer({ min: 0, max: 4 }).map((minutes) => NOW - minutes * 60_000),
  projectId: fc.integer({ min: 1, max: 2 }),
  service: name,
  logger: name,
  agent: name,
  category: name,
  events: few,
  errors: few,
  dropped: few,
  lastAt: few,
  templates: fc.array(fc.tuple(fc.constantFrom(9, 17), name, few), { maxLength: 3 }),
  operations: fc.array(fc.tuple(name, few, few, histogram), { maxLength: 2 }),
});
const batch: fc.Arbitrary<AnalyticsBatch> = fc.record({
  series: fc.array(minute, { maxLength: 4 }),
  errors: fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), name, few, few, few), { maxLength: 3 }),
  unsealed: fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), name, name, few), { minLength: 1, maxLength: 2 }),
});

it('merged batches roll up to the same as they do one by one', () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 6 }), (batches) => {
      const merged = mergeBatches(batches);
      expect(written(rollUp([merged], NOW))).toEqual(written(rollUp(batches, NOW)));
      expect(byInstant(merged.errors)).toEqual(byInstant(batches.flatMap(({ errors }) => errors)));
      expect(merged.unsealed ?? []).toEqual(batches.flatMap(({ unsealed = [] }) => unsealed));
      const places = merged.series.map(({ at, projectId, service, logger, agent, category }) =>
        [at, projectId, service, logger, agent, category].join('\0'),
      );
      expect(new Set(places).size).toBe(places.length);
    }),
  );
});

it('tells so many instants of a second apart as a batch does, and loses no error beyond them', () => {
  const errors = Array.from({ length: 50 }, (_, ms): AnalyticsBatch['errors'][number] => [1, 'shop', NOW + ms, 2, 1]);
  const merged = mergeBatches(errors.map((one) => ({ series: [], errors: [one] }))).errors;
  expect(merged).toHaveLength(20);
  expect(merged.at(-1)).toEqual([1, 'shop', NOW + 19, 62, 31]);
  expect(merged.reduce((sum, [, , , count]) => sum + count, 0)).toBe(100);
  expect(
    mergeBatches([
      {
        series: [],
        errors: [
          [1, 'shop', NOW, 1, 0],
          [2, 'shop', NOW, 1, 0],
        ],
      },
    ]).errors,
  ).toHaveLength(2);
});

function byInstant(errors: AnalyticsBatch['errors']): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  for (const [projectId, service, at, count, criticals] of errors) {
    const key = `${projectId} ${service} ${at}`;
    const [before = 0, criticalsBefore = 0] = sums[key] ?? [];
    sums[key] = [before + count, criticalsBefore + criticals];
  }
  return sums;
}

function written({ operations, ...others }: ReturnType<typeof rollUp>) {
  return {
    ...others,
    operations: operations.map(({ durations, ...one }) => ({ ...one, durations: durations.encode() })),
  };
}
