import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { START } from '../../../test/fixtures/understanding.ts';
import { drawTimeline, tally } from './patterns.ts';

describe('a tally', () => {
  it('is descending, equal counts by key', () => {
    const { listed, first } = tally(
      new Map([
        ['b', 2],
        ['a', 2],
        ['c', 9],
        ['d', 1],
      ]),
      10,
    );
    expect(Object.entries(listed)).toEqual([
      ['c', 9],
      ['a', 2],
      ['b', 2],
      ['d', 1],
    ]);
    expect(first).toBe('c');
  });

  it('bounds what is listed and says how many keys it left out', () => {
    expect(
      tally(
        new Map([
          ['a', 3],
          ['b', 2],
          ['c', 1],
        ]),
        2,
      ),
    ).toEqual({ listed: { a: 3, b: 2 }, first: 'a', leftOut: 1 });
  });

  it('keeps keys that look like numbers in their place', () => {
    const { listed } = tally(
      new Map([
        ['KeyError', 5],
        ['404', 3],
        ['__proto__', 2],
      ]),
      10,
    );
    expect(Object.keys(listed)).toEqual(['KeyError', '#404', '#__proto__']);
  });

  it('is empty without counts', () => {
    expect(tally(new Map(), 10)).toEqual({ listed: {}, first: null, leftOut: 0 });
  });
});

describe('the timeline', () => {
  const hour = { from: START, to: START + 3_600_000, steps: 12 };

  it('has twelve equal steps, empty ones included (row 22)', () => {
    const steps = drawTimeline({
      ...hour,
      errorTimes: [START + 61_000, START + 3_599_000],
      warningTimes: [START + 300_000],
    });
    expect(steps.map((step) => step.errors)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(steps.map((step) => step.warnings)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(steps[1]).toMatchObject({ from: '2026-03-14T09:05:00.000Z', to: '2026-03-14T09:10:00.000Z' });
    expect(steps.at(-1)?.to).toBe('2026-03-14T10:00:00.000Z');
  });

  it('stands when the window is one instant', () => {
    const steps = drawTimeline({ from: START, to: START, errorTimes: [START], warningTimes: [], steps: 12 });
    expect(steps).toHaveLength(12);
    expect(steps[0]?.errors).toBe(1);
  });

  it('is empty when there is no window', () => {
    expect(drawTimeline({ from: null, to: null, errorTimes: [], warningTimes: [], steps: 12 })).toEqual([]);
  });

  it('counts each incident once, wherever it lies, in steps that join', () => {
    const time = fc.double({ min: -1e13, max: 1e13, noNaN: true });
    fc.assert(
      fc.property(
        time,
        fc.nat(1e10),
        fc.array(time),
        fc.array(time),
        fc.integer({ min: 1, max: 40 }),
        (from, span, errors, warnings, steps) => {
          const drawn = drawTimeline({ from, to: from + span, errorTimes: errors, warningTimes: warnings, steps });
          expect(drawn).toHaveLength(steps);
          expect(drawn.reduce((sum, step) => sum + step.errors, 0)).toBe(errors.length);
          expect(drawn.reduce((sum, step) => sum + step.warnings, 0)).toBe(warnings.length);
          for (const [index, step] of drawn.slice(1).entries()) expect(step.from).toBe(drawn[index]?.to);
        },
      ),
    );
  });
});
