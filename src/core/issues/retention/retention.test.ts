import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseToForget, tellingEvents } from './choose-to-forget.ts';
import { chanceOf, irrelevanceOf, significantBits } from './irrelevance.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2031, 3, 9);

function stored(count: number, ageHours = 0) {
  return Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    id: `event-${index}`,
    time: NOW - ageHours * HOUR_MS,
    storedInIssue: index,
  }));
}

describe('how irrelevant an event is', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [3, 2],
    [6, 2],
    [96, 2],
    [97, 7],
    [1_024, 1],
  ])('%i has %i bits without its trailing zeros', (value, bits) => {
    expect(significantBits(value)).toBe(bits);
  });

  it('grows with the logarithm to 4 of its age, and depends on its id alone otherwise', () => {
    const [one] = stored(1);
    expect(irrelevanceOf({ ...one!, time: NOW - 3 * HOUR_MS }, NOW)).toBeCloseTo(1, 10);
    expect(irrelevanceOf({ ...one!, time: NOW - 15 * HOUR_MS }, NOW)).toBeCloseTo(2, 10);
    expect(irrelevanceOf({ ...one!, time: NOW + HOUR_MS }, NOW)).toBe(0);
    const event = { ...one!, storedInIssue: 1_000 };
    expect(irrelevanceOf(event, NOW)).toBe(significantBits(Math.round(chanceOf('event-0') * 2_000)));
    expect(irrelevanceOf(event, NOW)).toBe(irrelevanceOf({ ...event, seq: 99 }, NOW));
  });

  it('draws evenly from [0, 1)', () => {
    const draws = Array.from({ length: 4_000 }, (_, index) => chanceOf(`event-${index}`));
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 1);
  });
});

describe('choosing what to forget', () => {
  it('keeps the limit, the most irrelevant go first, the protected never', () => {
    const events = stored(1_000);
    const keep = new Set([3, 500, 999]);
    const gone = new Set(chooseToForget(events, keep, { limit: 200, now: NOW }));
    expect(gone.size).toBe(800);
    expect([...keep].some((seq) => gone.has(seq))).toBe(false);
    const score = (seq: number) => irrelevanceOf(events[seq - 1]!, NOW);
    const stay = events.filter(({ seq }) => !gone.has(seq) && !keep.has(seq)).map(({ seq }) => score(seq));
    expect(Math.max(...stay)).toBeLessThanOrEqual(Math.min(...[...gone].map(score)));
  });

  it('forgets nothing within the limit, and only what is not protected beyond it', () => {
    expect(chooseToForget(stored(10), new Set(), { limit: 10, now: NOW })).toEqual([]);
    const all = new Set(stored(10).map(({ seq }) => seq));
    expect(chooseToForget(stored(10), all, { limit: 2, now: NOW })).toEqual([]);
  });

  it('does not depend on the order of the events', () => {
    const events = stored(60);
    const expected = chooseToForget(events, new Set([7]), { limit: 20, now: NOW });
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: 60 }), (shuffled) => {
        expect(chooseToForget(shuffled, new Set([7]), { limit: 20, now: NOW })).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('protects the first, the last, the first of each revision and hash, and the richest', () => {
    const event = (seq: number, issueId: string, revision: string | null, hash: string | null, richness: number) => ({
      seq,
      issueId,
      revision,
      hash,
      richness,
    });
    const events = [
      event(5, 'a', 'r-2', 'h-1', 1),
      event(1, 'a', 'r-1', 'h-1', 1),
      event(2, 'a', 'r-1', 'h-1', 1),
      event(3, 'a', 'r-1', 'h-2', 1),
      event(4, 'a', null, null, 90),
      event(6, 'a', 'r-2', 'h-2', 1),
      event(7, 'a', 'r-2', 'h-2', 1),
      event(6.5, 'b', null, null, 1),
    ];
    expect([...tellingEvents(events)].sort((a, b) => a - b)).toEqual([1, 3, 4, 5, 6.5, 7]);
  });
});
